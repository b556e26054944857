/**
 * What a user may write in `.projenrc.ts`.
 *
 * Every type here is a jsii struct: plain data, every property readonly. The
 * checks and the defaults live beside the part they belong to (`architecture.ts`,
 * `release.ts`, …); what they resolve to is described in `config.ts`.
 */

/** A builder on a Spot instance of the architecture's own kind. */
export interface SpotBuilderOptions {
  /**
   * EC2 instance families to draw candidates from, such as `c7g`.
   *
   * Each must run the architecture's platform natively. More families mean more
   * pools to draw from, hence fewer reclaims.
   *
   * @default - the current compute families of the platform
   */
  readonly families?: string[];

  /**
   * The one size all candidates have. One size per request, or the allocation
   * by price would always take the smallest.
   *
   * @default "large" - 2 vCPU and 4 GiB: enough for OpenSSL and nginx, and two of them fit a new account's Spot quota of 5 vCPU
   */
  readonly size?: string;

  /**
   * Id of a fixed machine image (AMI) that has systemd, cloud-init and `/dev/xvda` as its
   * root, such as a copy of one of Amazon Linux 2023. An image belongs to one region.
   *
   * @default - the newest Amazon Linux 2023, which AWS's public parameter names at launch, so that its security fixes come by themselves
   */
  readonly ami?: string;
}

/** A builder on a runner that GitHub (or somebody else) keeps ready. */
export interface HostedBuilderOptions {
  /**
   * The label in `runs-on`.
   *
   * @default - GitHub's runner of this platform, where there is one
   */
  readonly runner?: string;
}

/** A builder that emulates the platform (QEMU) on another architecture's builder. */
export interface EmulatedBuilderOptions {
  /** Name of the architecture whose builder does the work. It must not be emulated itself. */
  readonly on: string;
}

/**
 * One architecture, as a row of data. Exactly one of `spot`, `hosted` and
 * `emulated` says how its builder is had.
 */
export interface ArchitectureOptions {
  /** Short name: the suffix of its tags and the name of its workflow, such as `arm64`. */
  readonly name: string;

  /**
   * OCI platform.
   *
   * @default - `linux/<name>`
   */
  readonly platform?: string;

  /**
   * Build natively on an EC2 Spot instance.
   *
   * @default - this one, with its own defaults, if neither `hosted` nor `emulated` is given
   */
  readonly spot?: SpotBuilderOptions;

  /**
   * Build natively on a runner that is kept ready, such as GitHub's own.
   *
   * @default - not hosted
   */
  readonly hosted?: HostedBuilderOptions;

  /**
   * Build under emulation on another architecture's builder.
   *
   * @default - not emulated
   */
  readonly emulated?: EmulatedBuilderOptions;
}

/** An AWS region that Spot builders may run in. */
export interface RegionOptions {
  /** Region name, such as `us-east-1`. */
  readonly name: string;

  /**
   * Subnets to launch in.
   *
   * @default - the default VPC's
   */
  readonly subnets?: string[];

  /**
   * Security groups of the instance. It needs no ingress.
   *
   * @default - the VPC's default group
   */
  readonly securityGroups?: string[];
}

/** Another commit or version of a GitHub action than the built-in table pins. */
export interface ActionPinOptions {
  /** `owner/repository`, such as `actions/checkout`. */
  readonly action: string;
  /** The full commit, 40 hexadecimal digits. */
  readonly commit: string;
  /** The version that commit has, such as `v6.0.1`: shown as a comment, watched by Renovate. */
  readonly version: string;
}

/** How the workflows run. */
export interface PipelineOptions {
  /**
   * Build and publish on pushes to the branches of `branchTags` and on `v*` tags, by the
   * workflow `Publish`. The workflows of single architectures stay by hand, or both would build.
   *
   * @default false - by hand only, so that nothing costs money unasked
   */
  readonly triggers?: boolean;

  /**
   * Which branch gives which base tag.
   *
   * @default { master: "latest", develop: "develop" }
   */
  readonly branchTags?: Record<string, string>;

  /**
   * Give every version shorter names too, which move with the versions and only
   * forwards: `1.31.1.1`, `1.31.1`, `1.31` and `v1` beside `v1.31.1.1`.
   *
   * @default false - whoever pulls a tag that moves gets another image one day; nobody promised that unasked
   */
  readonly aliases?: boolean;

  /**
   * Longest time one architecture's build may take, in minutes. A Spot instance's
   * time to live derives from it.
   *
   * @default 60
   */
  readonly buildTimeoutMinutes?: number;

  /**
   * Keep BuildKit's layer cache in the registry, one reference per architecture
   * in `<name>-cache`.
   *
   * @default true
   */
  readonly cache?: boolean;

  /**
   * Attach a list of all packages in the image (SBOM, SPDX) to it, as an attestation.
   *
   * @default false - BuildKit's scanner is an image of its own, which is pulled from a registry for every build
   */
  readonly sbom?: boolean;

  /**
   * Sign the public image with cosign, without keys: who vouches is the identity of the
   * workflow that merged. It happens on GitHub's machine that merges, never on a build machine.
   *
   * @default false - every signature is entered into the public log of Sigstore, with the repository's name
   */
  readonly sign?: boolean;

  /**
   * Runner label of the small jobs that launch, stop and merge.
   *
   * @default "ubuntu-24.04" - pinned, so that the machine does not change under a workflow
   */
  readonly hostedRunner?: string;

  /**
   * AWS regions to launch in, in order of preference.
   *
   * @default [{ name: "us-east-1" }]
   */
  readonly regions?: RegionOptions[];

  /**
   * Launch on demand when no region has a Spot machine. Such a machine costs more
   * and is never taken back.
   *
   * @default false - a build that nobody allowed to cost more fails, and says why
   */
  readonly onDemandFallback?: boolean;

  /**
   * Build on GitHub's own runner of the same CPU when EC2 has no machine for reasons of
   * capacity, quota or price. Permissions and settings that are wrong still fail. GitHub
   * bills such a build by the minute in a private repository; `maxBuildPrice` is not about that.
   *
   * @default false - GitHub's machine is shared with nobody either, but it is slower and may cost more: a build that nobody allowed it fails, and says why
   */
  readonly hostedFallback?: boolean;

  /**
   * Highest price of the machine of one build, in the currency of the regions (USD; CNY
   * in China). It is counted over the machine's whole time to live, the longest it can
   * exist, so that no build exceeds it; most end far earlier. Candidates above it, or
   * whose price is unknown, are not launched, and EC2 takes a Spot machine back whose
   * price rises above it. Disk and address, some tenths of a cent, come on top.
   *
   * @default - no limit: the on-demand price is what a Spot machine costs at most
   */
  readonly maxBuildPrice?: number;

  /**
   * HTTP proxy, `http://host:port`, through which the builders' downloads, BuildKit and
   * the runner reach the internet.
   *
   * @default - none: the subnets have a way out of their own
   */
  readonly proxy?: string;

  /**
   * GitHub Environment of the jobs that launch and stop machines. The generated
   * trust policy names it.
   *
   * @default "spot-builders"
   */
  readonly environment?: string;

  /**
   * End each machine also from outside: a one-time schedule at AWS (EventBridge
   * Scheduler) terminates it after its time to live, should the machine's own timers,
   * the workflow and the reaper all have failed. It is removed when the machine is gone.
   *
   * @default true - a defence that depends neither on the machine nor on GitHub; only in regions that have the service
   */
  readonly endBySchedule?: boolean;

  /**
   * Runner group of the organisation to register runners in, such as `openresty-builders`;
   * it has to be limited to this repository. Recommended wherever the organisation has groups: the app that
   * registers runners then needs no right to administer the repository.
   *
   * @default - registered at the repository: personal accounts have no groups, and an organisation's owner has to make one first
   */
  readonly runnerGroup?: string;

  /**
   * Where the token comes from that registers runners: `app`, from a GitHub App, a new
   * one for each job; `secret`, a fine-grained token that is stored as RUNNER_TOKEN.
   *
   * @default "app" - its token ends within the hour and belongs to no person
   */
  readonly runnerToken?: string;

  /**
   * Pins that replace or add to the built-in table of GitHub actions.
   *
   * @default - the built-in table
   */
  readonly actionPins?: ActionPinOptions[];
}

/** An image's further home, besides `registry/owner/name`. */
export interface RegistryOptions {
  /** Registry host, such as `registry.cn-hangzhou.aliyuncs.com`. */
  readonly registry: string;
  /**
   * Namespace there.
   *
   * @default - the image's owner
   */
  readonly owner?: string;
  /**
   * Name there.
   *
   * @default - the image's name
   */
  readonly name?: string;
}

/** Documents the project writes. */
export interface DocumentsOptions {
  /**
   * Languages of README: `en` is README.md, `zh` is README.zh.md. The first one
   * listed is README.md's when `en` is absent.
   *
   * @default ["en", "zh"]
   */
  readonly languages?: string[];
}

/** A file that is downloaded in the build and verified by its checksum. */
export interface ArchiveOptions {
  /** Where it is downloaded from: `https://…` or `http://…`. */
  readonly url: string;
  /** `sha256:` and 64 lower-case hexadecimal digits, or `sha512:` and 128. */
  readonly checksum: string;
}

/** OpenSSL, and OpenResty's patch for it. */
export interface OpenSslOptions {
  /**
   * OpenSSL version, such as `3.5.8`.
   *
   * @default - the one the release was published with
   */
  readonly version?: string;
  /**
   * Where the archive comes from and its checksum, for a version that the catalogue lacks.
   *
   * @default - from the catalogue
   */
  readonly source?: ArchiveOptions;
  /**
   * Version of OpenResty's `sess_set_get_cb_yield` patch.
   *
   * @default - the one the release was published with, or the newest of the same OpenSSL series
   */
  readonly patchVersion?: string;
  /**
   * The patch itself, for a version that the catalogue lacks.
   *
   * @default - from the catalogue
   */
  readonly patch?: ArchiveOptions;
}

/** PCRE2. */
export interface Pcre2Options {
  /**
   * PCRE2 version, such as `10.47`.
   *
   * @default - the one the release was published with
   */
  readonly version?: string;
  /**
   * Where the archive comes from and its checksum, for a version that the catalogue lacks.
   *
   * @default - from the catalogue
   */
  readonly source?: ArchiveOptions;
}

/** An nginx module that neither nginx nor OpenResty brings. */
export interface ModuleOptions {
  /** The module's name: the base name of its `.so`, such as `ngx_http_upstream_dyups_module`. */
  readonly name: string;
  /** Source archive (`.tar.gz`). */
  readonly url: string;
  /** The archive's checksum: `sha256:…` or `sha512:…`. */
  readonly checksum: string;
  /**
   * Folder of the module inside the archive.
   *
   * @default - the archive's only top-level folder
   */
  readonly path?: string;
  /**
   * Build as a loadable `.so`; otherwise link it into the binary.
   *
   * @default true
   */
  readonly dynamic?: boolean;
}

/** A Lua library that is copied into OpenResty's `site/lualib`. */
export interface LuaLibraryOptions {
  /** A name for messages and labels, such as `lua-resty-http`. */
  readonly name: string;
  /** Source archive (`.tar.gz`). */
  readonly url: string;
  /** The archive's checksum: `sha256:…` or `sha512:…`. */
  readonly checksum: string;
  /**
   * Folder inside the archive whose content is copied.
   *
   * @default "lib" - in the archive's only top-level folder
   */
  readonly path?: string;
}

/** Which OpenResty, and what is built into it. */
export interface OpenRestyOptions {
  /**
   * OpenResty version, such as `1.31.1.1`.
   *
   * @default - the newest release of the catalogue that can be verified
   */
  readonly version?: string;

  /**
   * Where the archive comes from and its checksum, for a release that the
   * catalogue lacks or has no checksum for.
   *
   * @default - from the catalogue
   */
  readonly source?: ArchiveOptions;

  /**
   * OpenSSL and its patch.
   *
   * @default - what the release was published with
   */
  readonly openssl?: OpenSslOptions;

  /**
   * PCRE2.
   *
   * @default - what the release was published with
   */
  readonly pcre2?: Pcre2Options;

  /**
   * Features by nginx's or OpenResty's own name without `--with-` or
   * `--without-`, such as `http_v3_module`: `"static"`, `"dynamic"` or `"off"`.
   *
   * @default - upstream's own image's choice
   */
  readonly features?: Record<string, string>;

  /**
   * Modules from elsewhere.
   *
   * @default - none
   */
  readonly modules?: ModuleOptions[];

  /**
   * Lua libraries from elsewhere.
   *
   * @default - none
   */
  readonly luaLibraries?: LuaLibraryOptions[];

  /**
   * LuaJIT compile flags.
   *
   * @default ["-DLUAJIT_NUMMODE=2", "-DLUAJIT_ENABLE_LUA52COMPAT"]
   */
  readonly luajitFlags?: string[];

  /**
   * Packages of the base distribution to add to the image, besides those that
   * the features need.
   *
   * @default - none
   */
  readonly packages?: string[];
}

/** Where things lie in the image, and as whom it runs. */
export interface LayoutOptions {
  /**
   * `upstream`: everything below `/usr/local/openresty`, as openresty/openresty
   * has it. `dianplus`: spread over `/opt`, `/etc`, `/usr/lib`, `/var`.
   *
   * @default "upstream"
   */
  readonly preset?: string;
  /**
   * OpenResty's `--prefix`.
   * @default - the preset's
   */
  readonly prefix?: string;
  /**
   * Folder of `nginx.conf` and `conf.d`.
   * @default - the preset's
   */
  readonly confDir?: string;
  /**
   * Folder of the loadable modules.
   * @default - the preset's
   */
  readonly modulesDir?: string;
  /**
   * Folder of the logs, which are links to stdout and stderr.
   * @default - the preset's
   */
  readonly logDir?: string;
  /**
   * Folder of the pid file and the temporary files; the only one that must be writable.
   * @default - the preset's
   */
  readonly runDir?: string;
  /**
   * Path of the nginx binary.
   * @default - the preset's
   */
  readonly binary?: string;
  /**
   * User the image runs as.
   * @default - the preset's
   */
  readonly user?: string;
  /**
   * Its group.
   * @default - the preset's
   */
  readonly group?: string;
  /**
   * Its numeric id; never 0.
   * @default 101
   */
  readonly uid?: number;
  /**
   * Its group's numeric id; never 0.
   * @default 101
   */
  readonly gid?: number;
}

/** The distribution below. */
export interface BaseOptions {
  /**
   * `alpine` or `debian`.
   * @default "alpine"
   */
  readonly family?: string;
  /**
   * Its version: `3.23.4`, `trixie`.
   * @default - for alpine the one the release was published with, for debian the current stable
   */
  readonly version?: string;
  /**
   * Digest pin: `sha256:` and 64 lower-case hexadecimal digits. It is that of one
   * version, so `version` must be given with it.
   * @default - not pinned by digest
   */
  readonly digest?: string;
  /**
   * Repository of the base image, such as a registry mirror's `mirror.example/library/alpine`.
   * @default - `alpine` or `debian`, from Docker Hub
   */
  readonly repository?: string;
  /**
   * Mirror of the distribution's packages, such as `https://mirrors.aliyun.com/alpine`.
   * @default - the distribution's own
   */
  readonly packageMirror?: string;
}

/** Options of `SpotImageProject`: an image with its own Dockerfile. */
export interface SpotImageProjectOptions {
  /**
   * Name of the image and of the project.
   * @default $BASEDIR
   */
  readonly name: string;
  /** Namespace in the registry and on GitHub, such as `dianplus`. */
  readonly owner: string;
  /**
   * Registry host.
   * @default "ghcr.io"
   */
  readonly registry?: string;
  /**
   * Title in the image's labels and the documents.
   * @default - the name
   */
  readonly title?: string;
  /**
   * One sentence, in the image's labels and annotations.
   * @default - "<title> container image"
   */
  readonly description?: string;
  /**
   * SPDX expression of the image's licence.
   * @default "Apache-2.0"
   */
  readonly license?: string;
  /**
   * Who distributes the image.
   * @default - the owner
   */
  readonly vendor?: string;
  /**
   * Web address of the source repository.
   * @default - `https://github.com/<owner>/<name>`
   */
  readonly source?: string;
  /**
   * Registries that get the same digests too. Where the repository has to exist before its
   * first image can be looked for, create it there first: a registry that answers "denied"
   * instead of "not found" would have every merge refused.
   * @default - none
   */
  readonly additionalRegistries?: RegistryOptions[];
  /**
   * Architectures, as rows of data.
   * @default [{ name: "amd64" }, { name: "arm64" }] - each on a Spot instance of its own kind
   */
  readonly architectures?: ArchitectureOptions[];
  /**
   * How the workflows run.
   * @default - by hand only, in us-east-1
   */
  readonly pipeline?: PipelineOptions;
  /**
   * Documents.
   * @default - English and Chinese
   */
  readonly documents?: DocumentsOptions;
  /**
   * Replaces the beginning of download addresses: every download whose URL
   * begins with a key is fetched from the value instead. Checksums stay the same.
   * @default - no mirror
   */
  readonly mirrors?: Record<string, string>;
  /**
   * Folder to write the project to.
   * @default - the current folder
   */
  readonly outdir?: string;
  /**
   * Further npm packages for development, such as the one this project type comes in.
   * @default - none
   */
  readonly devDeps?: string[];
}

/** Options of `OpenRestyImageProject`. */
export interface OpenRestyImageProjectOptions extends SpotImageProjectOptions {
  /**
   * Which OpenResty, and what is built into it.
   * @default - the newest release of the catalogue, built as upstream's own image
   */
  readonly openresty?: OpenRestyOptions;
  /**
   * Where things lie in the image.
   * @default - upstream's layout
   */
  readonly layout?: LayoutOptions;
  /**
   * The distribution below.
   * @default - Alpine, in the version that the release was published with
   */
  readonly base?: BaseOptions;
}
