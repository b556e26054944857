/** Comments in a YAML file. */

/** Width of a comment's text. Only comments are wrapped: a wrapped value is hard to read and to search. */
const COMMENT_COLUMNS = 96;

/**
 * The text as YAML's comments have it, one space behind each `#`. Lines are
 * wrapped between words; empty ones stay empty.
 */
export function toComment(text: string | undefined): string | undefined {
  return text
    ?.split('\n')
    .flatMap(wrap)
    .map((line) => (line === '' ? '' : ` ${line}`))
    .join('\n');
}

function wrap(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= COMMENT_COLUMNS) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
