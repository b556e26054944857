// Preloaded into a process: its time runs HASTE times as fast. For stories about waiting.
const { syncBuiltinESMExports } = require('node:module');
const timers = require('node:timers/promises');

const haste = Number(process.env.HASTE);
const { setTimeout: timeout, setInterval: interval, Date: RealDate } = globalThis;
const { setTimeout: sleep } = timers;
const start = RealDate.now();

globalThis.Date = class extends RealDate {
  static now = () => start + (RealDate.now() - start) * haste;
  constructor(...args) {
    super(...(args.length > 0 ? args : [globalThis.Date.now()]));
  }
};
globalThis.setTimeout = Object.assign((work, ms, ...rest) => timeout(work, ms / haste, ...rest), timeout);
globalThis.setInterval = (work, ms, ...rest) => interval(work, ms / haste, ...rest);
timers.setTimeout = (ms, ...rest) => sleep(ms / haste, ...rest);
syncBuiltinESMExports();
