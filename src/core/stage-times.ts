/** How long each stage of a Dockerfile took, from BuildKit's plain log of the build. */

/** One stage. */
export interface StageTime {
  readonly stage: string;
  /** Sum over its instructions; stages run side by side, so the build may take less than all of them. */
  readonly seconds: number;
  /** How many of its instructions were run, and how many came from the cache. */
  readonly ran: number;
  readonly cached: number;
}

/** `#6 [openresty 3/9] RUN …`: the log names an instruction before it says how it went. */
const NAMED = /^#(\d+) \[(?:\S+ )??([A-Za-z][\w.-]*) +\d+\/\d+\]/;
const DONE = /^#(\d+) DONE ([\d.]+)s/;
const CACHED = /^#(\d+) CACHED/;

/** Stages in the order in which they begin; none if the log has none. */
export function stageTimes(log: string): StageTime[] {
  const stageOf = new Map<string, string>();
  const stages = new Map<string, { seconds: number; ran: number; cached: number }>();
  const of = (id: string) => stages.get(stageOf.get(id) ?? '');
  for (const line of log.split('\n')) {
    const [, id, stage] = NAMED.exec(line) ?? [];
    if (id !== undefined) {
      stageOf.set(id, stage);
      if (!stages.has(stage)) stages.set(stage, { seconds: 0, ran: 0, cached: 0 });
      continue;
    }
    const done = DONE.exec(line);
    const ended = done && of(done[1]);
    if (done && ended) {
      ended.seconds += Number(done[2]);
      ended.ran++;
    }
    const cached = of(CACHED.exec(line)?.[1] ?? '');
    if (cached) cached.cached++;
  }
  return [...stages].map(([stage, times]) => ({ stage, ...times, seconds: Math.round(times.seconds * 10) / 10 }));
}
