/**
 * The shapes of all options. One entry per property of `options.ts`; the
 * compiler refuses a missing one, a further one and one of another type.
 */
import type {
  ActionPinOptions,
  ArchitectureOptions,
  ArchiveOptions,
  BaseOptions,
  DocumentsOptions,
  EmulatedBuilderOptions,
  HostedBuilderOptions,
  LayoutOptions,
  LuaLibraryOptions,
  ModuleOptions,
  OpenRestyImageProjectOptions,
  OpenRestyOptions,
  OpenSslOptions,
  Pcre2Options,
  PipelineOptions,
  RegionOptions,
  RegistryOptions,
  SpotBuilderOptions,
  SpotImageProjectOptions,
} from './options';
import { list, number, onOff, optional, type Struct, struct, table, text } from './shape';

const architecture = struct<ArchitectureOptions>(
  {
    name: text,
    platform: optional(text),
    spot: optional(struct<SpotBuilderOptions>({ families: optional(list(text)), size: optional(text), ami: optional(text) })),
    hosted: optional(struct<HostedBuilderOptions>({ runner: optional(text) })),
    emulated: optional(struct<EmulatedBuilderOptions>({ on: text })),
  },
  {
    families: 'write spot: { families: […] }',
    size: 'write spot: { size: "…" }',
    ami: 'write spot: { ami: "…" }',
    runner: 'write hosted: { runner: "…" }',
    on: 'write emulated: { on: "…" }',
  },
);

const region = struct<RegionOptions>({ name: text, subnets: optional(list(text)), securityGroups: optional(list(text)) });

const pipeline = struct<PipelineOptions>(
  {
    triggers: optional(onOff),
    branchTags: optional(table),
    aliases: optional(onOff),
    buildTimeoutMinutes: optional(number),
    cache: optional(onOff),
    sbom: optional(onOff),
    sign: optional(onOff),
    hostedRunner: optional(text),
    regions: optional(list(region)),
    onDemandFallback: optional(onOff),
    hostedFallback: optional(onOff),
    maxBuildPrice: optional(number),
    proxy: optional(text),
    environment: optional(text),
    endBySchedule: optional(onOff),
    runnerGroup: optional(text),
    runnerToken: optional(text),
    actionPins: optional(list(struct<ActionPinOptions>({ action: text, commit: text, version: text }))),
  },
  { region: 'write regions: [{ name: "…" }]' },
);

const IMAGE_FIELDS: Struct<SpotImageProjectOptions>['fields'] = {
  name: text,
  owner: text,
  registry: optional(text),
  title: optional(text),
  description: optional(text),
  license: optional(text),
  vendor: optional(text),
  source: optional(text),
  additionalRegistries: optional(list(struct<RegistryOptions>({ registry: text, owner: optional(text), name: optional(text) }))),
  architectures: optional(list(architecture)),
  pipeline: optional(pipeline),
  documents: optional(struct<DocumentsOptions>({ languages: optional(list(text)) })),
  mirrors: optional(table),
  outdir: optional(text),
  devDeps: optional(list(text)),
};

const archive = struct<ArchiveOptions>({ url: text, checksum: text });

const openresty = struct<OpenRestyOptions>({
  version: optional(text),
  source: optional(archive),
  openssl: optional(
    struct<OpenSslOptions>({ version: optional(text), source: optional(archive), patchVersion: optional(text), patch: optional(archive) }),
  ),
  pcre2: optional(struct<Pcre2Options>({ version: optional(text), source: optional(archive) })),
  features: optional(table),
  modules: optional(list(struct<ModuleOptions>({ name: text, url: text, checksum: text, path: optional(text), dynamic: optional(onOff) }))),
  luaLibraries: optional(list(struct<LuaLibraryOptions>({ name: text, url: text, checksum: text, path: optional(text) }))),
  luajitFlags: optional(list(text)),
  packages: optional(list(text)),
});

const layout = struct<LayoutOptions>({
  preset: optional(text),
  prefix: optional(text),
  confDir: optional(text),
  modulesDir: optional(text),
  logDir: optional(text),
  runDir: optional(text),
  binary: optional(text),
  user: optional(text),
  group: optional(text),
  uid: optional(number),
  gid: optional(number),
});

const base = struct<BaseOptions>({
  family: optional(text),
  version: optional(text),
  digest: optional(text),
  repository: optional(text),
  packageMirror: optional(text),
});

/** Options of any image. */
export const IMAGE_OPTIONS = struct<SpotImageProjectOptions>(IMAGE_FIELDS, {
  openresty: 'make it an OpenRestyImageProject',
  layout: 'make it an OpenRestyImageProject',
  base: 'make it an OpenRestyImageProject; any other image says FROM in its own Dockerfile',
});

/** Options of an OpenResty image. */
export const OPENRESTY_OPTIONS = struct<OpenRestyImageProjectOptions>(
  { ...IMAGE_FIELDS, openresty: optional(openresty), layout: optional(layout), base: optional(base) },
  Object.fromEntries(
    ['version', 'openssl', 'pcre2', 'features', 'modules', 'luaLibraries', 'luajitFlags', 'packages'].map((key) => [
      key,
      'write it inside of openresty: { … }',
    ]),
  ),
);
