export { type Aws, type AwsOperation, openAws } from './aws.ts';
export { AWS, partitionOf } from './aws-endpoint.ts';
export { azureToken, isAzureRegistry, managerOf } from './azure.ts';
export { ecrHost, ecrRegistryOf } from './ecr-registry.ts';
export { type Google, openGoogle } from './google.ts';
export { importFindings } from './security-hub-import.ts';
export { type CloudWorld, findingsBody, stoppable } from './world.ts';
