import { realContext } from './context';
import { main } from './main';

process.exitCode = await main(process.argv.slice(2), realContext(import.meta.url), (text) => process.stdout.write(text));
