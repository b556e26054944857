import { expect, test } from 'vitest';
import { stageTimes } from '../../src/core/stage-times';

/** As BuildKit prints it with `--progress plain`, two stages side by side. */
const LOG = `#1 [internal] load build definition from Dockerfile
#1 DONE 0.0s
#5 [openssl 1/3] FROM docker.io/library/alpine:3.22@sha256:0000
#5 CACHED
#6 [openssl 2/3] RUN make
#7 [linux/arm64 openresty 2/9] RUN ./configure
#6 0.214 [openssl 9/9] is what a program may print
#6 DONE 61.3s
#7 DONE 7.2s
#8 [openssl 3/3] RUN make install
#8 DONE 2.4s
#9 exporting to image
#9 DONE 4.0s
`;

test('a stage takes as long as its instructions, cached ones nothing; what is no stage does not count', () => {
  expect(stageTimes(LOG)).toEqual([
    { stage: 'openssl', seconds: 63.7, ran: 2, cached: 1 },
    { stage: 'openresty', seconds: 7.2, ran: 1, cached: 0 },
  ]);
});

test('an instruction that is told of twice is counted once', () => {
  const again = '#6 [openssl 2/3] RUN make\n#6 ...\n\n#6 [openssl 2/3] RUN make\n#6 DONE 1.0s\n';
  expect(stageTimes(again)).toEqual([{ stage: 'openssl', seconds: 1, ran: 1, cached: 0 }]);
});

test('no log, no stages', () => {
  expect(stageTimes('')).toEqual([]);
});
