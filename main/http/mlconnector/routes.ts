import type { Dialect } from '../dialect'
import { deploymentRoutes } from './deployment-routes'
import { documentation } from './documentation'
import { modelRoutes } from './model-routes'
import { errorReply } from './replies'
import { trainingRoutes } from './training-routes'
import { toError } from './translate'

/** The MLConnector dialect: models and their files, placed deployments, operations. */
export const mlconnector: Dialect = {
  name: 'mlconnector',
  title: 'models with their files, deployments and operations (MLConnector)',
  documentation,
  errorSchema: errorReply,
  readsUntypedJson: true,
  bases: ['/model', '/mltraining', '/deployment'],
  routes: [...modelRoutes, ...trainingRoutes, ...deploymentRoutes],
  toError,
  challenge: 'Bearer realm="plumbline"',
}
