/**
 * The parts of the Engine's API answers that checks look at. Everything is optional: versions differ, and Podman's
 * compatible socket leaves much out. https://docs.docker.com/reference/api/engine/
 */

export interface EngineVersion {
  readonly Version?: string;
  readonly ApiVersion?: string;
  readonly MinAPIVersion?: string;
  readonly BuildTime?: string;
  readonly Experimental?: boolean;
  readonly Components?: readonly { readonly Name?: string }[] | null;
}

export interface EngineInfo {
  readonly Driver?: string;
  readonly DockerRootDir?: string;
  readonly SecurityOptions?: readonly string[] | null;
  readonly LoggingDriver?: string;
  readonly LiveRestoreEnabled?: boolean;
  readonly ExperimentalBuild?: boolean;
  readonly Debug?: boolean;
  readonly CgroupDriver?: string;
  readonly CgroupVersion?: string;
  readonly Plugins?: { readonly Authorization?: readonly string[] | null } | null;
  readonly RegistryConfig?: {
    readonly InsecureRegistryCIDRs?: readonly string[] | null;
    readonly IndexConfigs?: Readonly<Record<string, { readonly Name?: string; readonly Secure?: boolean }>> | null;
  } | null;
  readonly Swarm?: {
    readonly LocalNodeState?: string;
    readonly ControlAvailable?: boolean;
  } | null;
}

interface PortBinding {
  readonly HostIp?: string;
  readonly HostPort?: string;
}

export interface ContainerMount {
  readonly Type?: string;
  readonly Source?: string;
  readonly Destination?: string;
  readonly RW?: boolean;
  readonly Propagation?: string;
}

export interface EngineContainer {
  readonly Id: string;
  readonly Name?: string;
  /** Image id. */
  readonly Image?: string;
  readonly Path?: string;
  readonly Args?: readonly string[] | null;
  readonly AppArmorProfile?: string;
  readonly ProcessLabel?: string;
  readonly ExecIDs?: readonly string[] | null;
  readonly State?: {
    readonly Health?: { readonly Status?: string } | null;
  };
  readonly Mounts?: readonly ContainerMount[] | null;
  readonly Config?: {
    readonly User?: string;
    readonly Image?: string;
    readonly Env?: readonly string[] | null;
    readonly Labels?: Readonly<Record<string, string>> | null;
  };
  readonly HostConfig?: {
    readonly Privileged?: boolean;
    readonly CapAdd?: readonly string[] | null;
    readonly CapDrop?: readonly string[] | null;
    readonly SecurityOpt?: readonly string[] | null;
    readonly NetworkMode?: string;
    readonly PidMode?: string;
    readonly IpcMode?: string;
    readonly UTSMode?: string;
    readonly UsernsMode?: string;
    readonly CgroupParent?: string;
    readonly CgroupnsMode?: string;
    readonly Memory?: number;
    readonly CpuShares?: number;
    readonly NanoCpus?: number;
    readonly CpuQuota?: number;
    readonly PidsLimit?: number | null;
    readonly ReadonlyRootfs?: boolean;
    readonly ShmSize?: number;
    readonly Devices?: readonly { readonly PathOnHost?: string; readonly CgroupPermissions?: string }[] | null;
    readonly DeviceCgroupRules?: readonly string[] | null;
    readonly DeviceRequests?:
      | readonly {
          readonly Driver?: string;
          readonly Count?: number;
          readonly DeviceIDs?: readonly string[] | null;
          readonly Capabilities?: readonly (readonly string[])[] | null;
        }[]
      | null;
    readonly Ulimits?: readonly { readonly Name?: string; readonly Soft?: number; readonly Hard?: number }[] | null;
    readonly RestartPolicy?: { readonly Name?: string; readonly MaximumRetryCount?: number } | null;
    readonly Runtime?: string;
  };
  readonly NetworkSettings?: {
    readonly Ports?: Readonly<Record<string, readonly PortBinding[] | null>> | null;
    readonly Networks?: Readonly<Record<string, { readonly NetworkID?: string }>> | null;
  };
}

/** `GET /containers/json`. */
export interface ListedContainer {
  readonly Id: string;
  readonly Names?: readonly string[] | null;
  readonly ImageID?: string;
  readonly State?: string;
}

export interface EngineImage {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Created?: string;
  readonly Size?: number;
  readonly Architecture?: string;
  readonly Os?: string;
  readonly Config?: EngineContainer['Config'] & Readonly<Record<string, unknown>>;
  readonly RootFS?: { readonly Layers?: readonly string[] | null };
}

export interface EngineHistory {
  readonly CreatedBy?: string;
  readonly Size?: number;
}

export interface EngineNetwork {
  readonly Id?: string;
  readonly Name?: string;
  readonly Driver?: string;
  readonly Scope?: string;
  readonly Ingress?: boolean;
  readonly Options?: Readonly<Record<string, string>> | null;
}

export interface EngineSwarm {
  readonly UpdatedAt?: string;
  readonly Spec?: {
    readonly EncryptionConfig?: { readonly AutoLockManagers?: boolean };
    readonly CAConfig?: { readonly NodeCertExpiry?: number };
  };
  readonly TLSInfo?: { readonly TrustRoot?: string };
}

export interface EngineNode {
  readonly Spec?: { readonly Role?: string };
  readonly ManagerStatus?: { readonly Addr?: string } | null;
  readonly Description?: { readonly Hostname?: string };
}

export interface EngineService {
  readonly ID?: string;
  readonly Spec?: {
    readonly Name?: string;
    readonly TaskTemplate?: {
      readonly ContainerSpec?: {
        readonly Env?: readonly string[] | null;
      };
    };
  };
}

/** `GET /containers/{id}/top`. */
export interface EngineProcesses {
  readonly Titles?: readonly string[];
  readonly Processes?: readonly (readonly string[])[] | null;
}

export interface EngineExec {
  readonly ProcessConfig?: {
    readonly privileged?: boolean;
    readonly user?: string;
    readonly entrypoint?: string;
    readonly arguments?: readonly string[] | null;
  };
}
