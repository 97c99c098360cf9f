import type { Route } from '../dialect'
import { findPlaces } from '../../core/deployments/placement'
import { readBody } from './read-input'
import { orNotFound } from './translate'
import { createTrainingBody } from './wire'

/** Retraining: what is asked for is checked; the run itself is plugged in where the refusal stands. */
export const trainingRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/mltraining/add',
    scope: 'write',
    handle: ({ core, request }) => {
      const { modelid, placement } = readBody(createTrainingBody, request)
      orNotFound('No model details found with that model_id', () => core.models.get(modelid))
      findPlaces(placement)
      return { status: 501, body: { detail: 'this build of Plumbline does not train models' } }
    },
  },
]
