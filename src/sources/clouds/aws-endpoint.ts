/** The domains of AWS's partitions by the beginning of a region; all others are below `amazonaws.com`. https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json */
const PARTITIONS: readonly (readonly [prefix: string, domain: string, partition: string])[] = [
  ['cn-', 'amazonaws.com.cn', 'aws-cn'],
  ['us-gov-', 'amazonaws.com', 'aws-us-gov'],
  ['us-isob-', 'sc2s.sgov.gov', 'aws-iso-b'],
  ['us-isof-', 'csp.hci.ic.gov', 'aws-iso-f'],
  ['us-iso-', 'c2s.ic.gov', 'aws-iso'],
  ['eu-isoe-', 'cloud.adc-e.uk', 'aws-iso-e'],
  ['eusc-', 'amazonaws.eu', 'aws-eusc'],
];

const of = (region: string): readonly [string, string, string] =>
  PARTITIONS.find(([prefix]) => region.startsWith(prefix)) ?? ['', 'amazonaws.com', 'aws'];

/** The domain that the services of a region live below: `amazonaws.com`. */
export const domainOf = (region: string): string => of(region)[1];

/** The partition that the ARNs of a region name: `aws-cn`. */
export const partitionOf = (region: string): string => of(region)[2];

/** True for what can be a region: it becomes part of a host's name. */
export const isRegion = (text: string): boolean => /^[a-z]{2,5}(?:-[a-z]{2,10}){1,3}-\d{1,2}$/.test(text);

/**
 * The address of a service: what the user set for it (`AWS_ENDPOINT_URL_ECR`, `AWS_ENDPOINT_URL`, `endpoint_url` of the profile), else
 * the official one of the region. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function awsEndpoint(
  service: AwsService,
  region: string,
  set: { readonly environment: NodeJS.ProcessEnv; readonly profile: ReadonlyMap<string, string> | undefined },
): string {
  const { environment, profile } = set;
  if (environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() !== 'true') {
    const own = environment[`AWS_ENDPOINT_URL_${service.setting}`] || environment.AWS_ENDPOINT_URL;
    const url = own || profile?.get('endpoint_url');
    if (url) return url;
  }
  return `https://${service.host(region, fips(environment, profile))}.${of(region)[1]}`;
}

const fips = (environment: NodeJS.ProcessEnv, profile: ReadonlyMap<string, string> | undefined): boolean =>
  (environment.AWS_USE_FIPS_ENDPOINT || profile?.get('use_fips_endpoint') || '').toLowerCase() === 'true';

/** One service of AWS: how it is signed for, called, and where it lives. */
export interface AwsService {
  readonly signingName: string;
  /** The end of `AWS_ENDPOINT_URL_...`. */
  readonly setting: string;
  host(region: string, fips: boolean): string;
}

const plain = (name: string) => (region: string, fips: boolean) => `${name}${fips ? '-fips' : ''}.${region}`;

/** The services that are spoken to. */
export const AWS = {
  ecr: {
    signingName: 'ecr',
    setting: 'ECR',
    host: (region, fips) => (fips ? `ecr-fips.${region}` : `api.ecr.${region}`),
  },
  ecrPublic: { signingName: 'ecr-public', setting: 'ECR_PUBLIC', host: (region) => `api.ecr-public.${region}` },
  inspector: { signingName: 'inspector2', setting: 'INSPECTOR2', host: plain('inspector2') },
  securityHub: { signingName: 'securityhub', setting: 'SECURITYHUB', host: plain('securityhub') },
  sts: { signingName: 'sts', setting: 'STS', host: plain('sts') },
  sso: { signingName: 'awsssoportal', setting: 'SSO', host: (region) => `portal.sso.${region}` },
} as const satisfies Readonly<Record<string, AwsService>>;
