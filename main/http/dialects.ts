import type { Dialect } from './dialect'
import { mlconnector } from './mlconnector/routes'
import { mlops } from './mlops/routes'

/** The API map: every dialect that the local server speaks. */
export const DIALECTS: readonly Dialect[] = [mlops, mlconnector]
