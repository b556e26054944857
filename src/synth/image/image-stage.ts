/** The stage that is shipped. */
import type { OpenRestyConfig } from '../../core/config';
import { comment, type Lines, label, runScript } from './instruction';
import { contentLabels, identityLabels } from './labels';
import { ROOTFS } from './openresty-stage';
import { installPackages } from './packages';
import { commandFolders, installedPaths } from './paths';

/** Mode of what is copied from the checkout, whose own depends on the umask of whoever made it. */
export const READABLE = '--chmod=u=rwX,go=rX';

/** The user, the packages, OpenResty, the configuration, and what a container starts. */
export function imageStage(config: OpenRestyConfig): Lines {
  const { base, layout, openresty, image } = config;
  return [
    ...comment('The image.'),
    'FROM base AS image',
    ...userLines(config),
    ...installPackages(base, openresty.packages.run),
    ...folderLines(config),
    ...installedPaths(layout).map((path) => `COPY --from=openresty ${ROOTFS}${path} ${path}`),
    `COPY ${READABLE} nginx.conf ${layout.confDir}/nginx.conf`,
    `COPY ${READABLE} conf.d ${layout.confDir}/conf.d`,
    `ENV PATH="${['$PATH', ...commandFolders(layout)].join(':')}"`,
    'EXPOSE 80 443',
    ...comment('Finish the requests that are under way, then end.'),
    'STOPSIGNAL SIGQUIT',
    ...comment(
      'By number, so that Kubernetes can see that it is not root. Ports below 1024 are open to it in Docker since',
      '20.10, in Podman, and in containerd since 2.0; elsewhere set the sysctl net.ipv4.ip_unprivileged_port_start=0.',
      'A file capability on the binary would not do: with all capabilities dropped it could not be started at all.',
    ),
    `USER ${layout.uid}:${layout.gid}`,
    `CMD ["${layout.binary}", "-g", "daemon off;"]`,
    ...comment('Version, revision and time are set by the bake file: they differ in every build.'),
    ...label({ ...identityLabels(image), ...contentLabels(config) }),
  ];
}

function userLines({ layout: { user, group, uid, gid } }: OpenRestyConfig): Lines {
  return [
    ...comment('Not by a command: those write the date of the build into /etc/shadow.'),
    ...runScript([
      `if grep -E '^(${user}:|[^:]*:[^:]*:${uid}:)' /etc/passwd || grep -E '^(${group}:|[^:]*:[^:]*:${gid}:)' /etc/group; then`,
      "  echo >&2 'the base image has this user or group already: choose another name and id in the layout'; exit 1",
      'fi',
      `echo '${group}:*:${gid}:' >> /etc/group`,
      `echo '${user}:*:${uid}:${gid}::/nonexistent:/bin/false' >> /etc/passwd`,
    ]),
  ];
}

function folderLines({ layout: { logDir, runDir, uid, gid }, openresty }: OpenRestyConfig): Lines {
  return runScript([
    `mkdir -p ${logDir} ${runDir}`,
    `ln -sf /dev/stdout ${logDir}/access.log`,
    `ln -sf /dev/stderr ${logDir}/error.log`,
    `chown ${uid}:${gid} ${runDir}`,
    '# As /tmp has it: another user may write here too, and a tmpfs that is mounted here takes the mode over.',
    `chmod 1777 ${runDir}`,
    ...(openresty.packages.run.some((name) => name.startsWith('lua')) ? LUA_PACKAGES : []),
  ]);
}

/** Lua packages of the distribution are below /usr, in a folder that may bear the platform's name. */
const LUA_PACKAGES = [
  "# LuaJIT looks below /usr/local, the distribution's Lua packages are below /usr.",
  'mkdir -p /usr/local/share/lua /usr/local/lib/lua',
  'ln -s /usr/share/lua/5.1 /usr/local/share/lua/5.1',
  'for folder in /usr/lib/lua/5.1 /usr/lib/*/lua/5.1; do',
  '  if [ -d "$folder" ]; then ln -sfn "$folder" /usr/local/lib/lua/5.1; fi',
  'done',
];
