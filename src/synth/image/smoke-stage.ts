/** The stage that proves the image on its own, as its user and without a network. */
import type { OpenRestyConfig } from '../../core/config';
import { READABLE } from './image-stage';
import { comment, type Lines } from './instruction';
import { opensslDir, SMOKE_DIR } from './paths';

/** Runs the generated `smoke/` folder in the image. */
export function smokeStage({ layout }: OpenRestyConfig): Lines {
  return [
    ...comment('The gate before every push: the image serves, as its user and without a network, or this stage fails.'),
    'FROM image AS smoke',
    `COPY --from=openssl ${opensslDir(layout)}/bin/openssl ${SMOKE_DIR}/openssl`,
    `COPY ${READABLE} smoke ${SMOKE_DIR}`,
    `RUN --network=none ["/bin/sh", "${SMOKE_DIR}/run.sh"]`,
  ];
}
