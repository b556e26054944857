/** Commands that the documents tell people to run. */
import type { Facts } from './facts';

/** The local build. */
export const BAKE_COMMAND = 'docker buildx bake --file docker/docker-bake.json';

/** Pulls one tag. */
export function pull({ config }: Facts, tag: string): string {
  return `docker pull ${config.image.reference}:${tag}`;
}

/** Builds for this machine, and tries the result. The bake file's own default for the tag is `dev`. */
export function localRun({ config, openresty }: Facts): string[] {
  const image = `${config.image.reference}:dev`;
  if (!openresty) return [BAKE_COMMAND, `docker run --rm ${image}`];
  return [
    BAKE_COMMAND,
    `docker run --rm --detach --publish 8080:80 --name ${config.image.name} ${image}`,
    'curl http://localhost:8080/healthz',
    `docker stop ${config.image.name}`,
  ];
}
