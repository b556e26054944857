import { realContext } from './context';
import { main } from './main';

const code = await main(process.argv.slice(2), realContext(import.meta.url), (text) => process.stdout.write(text));
// What was given up may go on for minutes: a socket on which nobody answers, a repetition in the SDK.
// It must not keep the process, which GitHub kills 7.5 s after it has asked it to end.
process.exit(code);
