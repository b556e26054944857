import * as fs from 'node:fs';
import * as path from 'node:path';
import { temporaryFolder } from './process';

/** A temporary folder with these files: path in it → text. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder('files');
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  return folder;
}
