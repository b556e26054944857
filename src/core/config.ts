/**
 * What the options resolve to: one frozen value. Every generated file is
 * rendered from it, and nothing that renders decides anything.
 *
 * Units are in the names: `Minutes`, `Seconds`. Paths inside the image are
 * absolute and have no trailing slash.
 */

/** A file to download, with the address after mirrors were applied. */
export interface Archive {
  readonly url: string;
  /** `sha256:<64 hex>` or `sha512:<128 hex>`. */
  readonly checksum: string;
}

/** An image's place in one registry: `registry/owner/name`. */
export interface ImageReference {
  readonly registry: string;
  readonly repository: string;
  /** `registry/repository`, without tag. */
  readonly reference: string;
}

/** Who the image is. */
export interface ImageIdentity extends ImageReference {
  readonly name: string;
  readonly owner: string;
  readonly title: string;
  readonly description: string;
  readonly license: string;
  readonly vendor: string;
  /** Web address of the source repository. */
  readonly source: string;
  /** `registry/owner/name-cache`: the layer cache's home, one tag per architecture; never an image tag. */
  readonly cacheReference: string;
  readonly additional: readonly ImageReference[];
}

/** CPU kinds of EC2, as `DescribeInstanceTypes` names them. */
export type Ec2Cpu = 'x86_64' | 'arm64';

/** A native Spot instance. */
export interface SpotBuilder {
  readonly kind: 'spot';
  readonly cpu: Ec2Cpu;
  readonly families: readonly string[];
  readonly size: string;
  /** `<family>.<size>` of every family. */
  readonly instanceTypes: readonly string[];
  /** Id of a fixed machine image, or undefined for the newest Amazon Linux 2023. */
  readonly ami?: string;
}

/** A runner that is kept ready. */
export interface HostedBuilder {
  readonly kind: 'hosted';
  /** Label in `runs-on`. */
  readonly runner: string;
}

/** QEMU on another architecture's builder. */
export interface EmulatedBuilder {
  readonly kind: 'emulated';
  /** The architecture whose builder does the work. */
  readonly on: string;
  /** That architecture's builder. */
  readonly host: SpotBuilder | HostedBuilder;
}

/** One architecture. Nothing else in the code knows an architecture by its name. */
export interface Architecture {
  readonly name: string;
  /** How people write it in titles: `AMD64`. */
  readonly label: string;
  /** Normalised OCI platform: `linux/arm64`, never `linux/arm64/v8`. */
  readonly platform: string;
  /** What `uname -m` prints on the machine that builds it, or undefined where that is unknown. */
  readonly machine?: string;
  readonly builder: SpotBuilder | HostedBuilder | EmulatedBuilder;
}

/** Where Spot builders run. */
export interface Region {
  readonly name: string;
  /** `aws` or `aws-cn`. */
  readonly partition: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  /** Does it have EventBridge Scheduler? False too where that is unknown. */
  readonly hasScheduler: boolean;
}

/** A GitHub action at one commit. */
export interface ActionPin {
  readonly action: string;
  readonly commit: string;
  readonly version: string;
}

/** A GitHub App that gives each job a token of its own, or a token that is stored as a secret. */
export type RunnerTokenSource = 'app' | 'secret';

/** How the workflows run. */
export interface Pipeline {
  readonly triggers: boolean;
  /** Branch → base tag, in the order given. */
  readonly branchTags: Readonly<Record<string, string>>;
  /** Whether versions have shorter names that move with them. */
  readonly aliases: boolean;
  readonly buildTimeoutMinutes: number;
  readonly cache: boolean;
  /** Whether images carry a list of their packages. */
  readonly sbom: boolean;
  /** Whether public images are signed. */
  readonly sign: boolean;
  readonly hostedRunner: string;
  readonly regions: readonly Region[];
  readonly onDemandFallback: boolean;
  readonly hostedFallback: boolean;
  /** In the currency of the regions, over the whole time to live; undefined for no limit. */
  readonly maxBuildPrice?: number;
  /** `http://host:port`, or undefined for none. */
  readonly proxy?: string;
  readonly environment: string;
  /** A one-time schedule at AWS ends each machine after its time to live. */
  readonly endBySchedule: boolean;
  /** Runner group of the organisation; undefined: runners are registered at the repository. */
  readonly runnerGroup?: string;
  /** Where the token comes from that registers runners. */
  readonly runnerToken: RunnerTokenSource;
  /** Pins by `owner/repository`. */
  readonly actionPins: Readonly<Record<string, ActionPin>>;
}

/** A language that documents are written in. */
export type Language = 'en' | 'zh';

/** How a feature is built. */
export type FeatureMode = 'static' | 'dynamic' | 'off';

/** A third-party module. */
export interface Module extends Archive {
  readonly name: string;
  /** Folder inside the archive, below its top-level folder; '' for the top itself. */
  readonly path: string;
  readonly dynamic: boolean;
}

/** A Lua library. */
export interface LuaLibrary extends Archive {
  readonly name: string;
  /** Folder inside the archive, below its top-level folder. */
  readonly path: string;
}

/** A known vulnerability of the chosen release. */
export interface OpenCve {
  readonly id: string;
  readonly what: string;
  readonly severity: string;
  /** The release that fixes it, or undefined where none does yet. */
  readonly fixedIn?: string;
}

/** What of OpenResty is built. */
export interface OpenRestyBuild {
  /** OpenResty version, such as `1.31.1.1`. */
  readonly version: string;
  /** Date of the release, ISO 8601, or undefined for a custom one. */
  readonly released?: string;
  /** Seconds since 1970: what `SOURCE_DATE_EPOCH` is in the compile stages. */
  readonly sourceDateEpoch: number;
  readonly source: Archive;
  readonly openssl: { readonly version: string; readonly source: Archive; readonly patch: Archive & { readonly version: string } };
  readonly pcre2: { readonly version: string; readonly source: Archive };
  /** `./configure` flags of nginx and OpenResty, in a stable order, without paths and modules. */
  readonly configureFlags: readonly string[];
  readonly modules: readonly Module[];
  readonly luaLibraries: readonly LuaLibrary[];
  /** Names of every `.so` that is built: features built dynamically, then dynamic modules. */
  readonly dynamicModules: readonly string[];
  readonly luajitFlags: readonly string[];
  /** Packages of the base distribution, in its own names. */
  readonly packages: {
    /** Needed to compile. */
    readonly build: readonly string[];
    /** Needed to run. */
    readonly run: readonly string[];
  };
  /** Vulnerabilities the release still has, or undefined for a release that the catalogue does not know. */
  readonly openCves?: readonly OpenCve[];
}

/** Where things lie in the image, and as whom it runs. */
export interface Layout {
  readonly prefix: string;
  readonly confDir: string;
  readonly modulesDir: string;
  readonly logDir: string;
  readonly runDir: string;
  readonly binary: string;
  readonly user: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
}

/** The distribution below. */
export interface Base {
  readonly family: 'alpine' | 'debian';
  readonly version: string;
  /** What `FROM` says: repository, tag and, if pinned, digest. */
  readonly reference: string;
  /** `sha256:…`, or undefined where it is not pinned. */
  readonly digest?: string;
  readonly packageMirror?: string;
}

/** Any image. */
export interface ImageConfig {
  readonly image: ImageIdentity;
  readonly architectures: readonly Architecture[];
  readonly pipeline: Pipeline;
  readonly documents: { readonly languages: readonly Language[] };
  /** Beginnings of download addresses, and what takes their place. */
  readonly mirrors: Readonly<Record<string, string>>;
}

/** The OpenResty image. */
export interface OpenRestyConfig extends ImageConfig {
  readonly openresty: OpenRestyBuild;
  readonly layout: Layout;
  readonly base: Base;
}

/** Is this the config of an OpenResty image? */
export function isOpenResty(config: ImageConfig): config is OpenRestyConfig {
  return 'openresty' in config;
}
