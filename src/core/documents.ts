/** Documents: the languages they are written in. */
import type { Language } from './config';
import type { Faults } from './fault';
import type { DocumentsOptions } from './options';
import { suggest } from './suggest';

const LANGUAGES: readonly Language[] = ['en', 'zh'];

/** Resolves the languages, in the order in which the documents name one another. */
export function resolveDocuments(faults: Faults, options: DocumentsOptions = {}): { languages: readonly Language[] } {
  const asked: readonly string[] = options.languages ?? LANGUAGES;
  if (asked.length === 0) faults.add('documents.languages', asked, 'a project needs a README', 'name "en", "zh" or both');
  asked.forEach((language, i) => {
    const path = `documents.languages[${i}]`;
    if (!LANGUAGES.some((known) => known === language)) {
      faults.add(path, language, 'documents are not written in this language', suggest(language, LANGUAGES));
    }
    if (asked.indexOf(language) !== i) faults.add(path, language, 'it is listed twice', 'keep one of them');
  });
  return { languages: LANGUAGES.filter((language) => asked.includes(language)) };
}
