import * as z from 'zod'
import { thresholdSchema } from '../../core/training/training'
import { WorkstationError } from '../../errors'
import type { Route } from '../dialect'
import { findPlaces } from '../../core/deployments/placement'
import { readBody } from './read-input'
import { orNotFound } from './translate'
import { createTrainingBody } from './wire'

/** Retraining by the script, data and requirements that were uploaded; past its thresholds it takes the place of what is deployed. */
export const trainingRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/mltraining/add',
    scope: 'write',
    handle: async ({ core, request }) => {
      const { modelid, placement } = readBody(createTrainingBody, request)
      const { card } = orNotFound('No model details found with that model_id', () =>
        core.modelCards.get(modelid),
      )
      findPlaces(placement)
      const read = z.array(thresholdSchema).min(1).safeParse(card.modelperformance)
      // Without thresholds that can be held against a metric, nothing says that the new version is the better one.
      const goals = read.success ? { thresholds: read.data, replace: true } : {}
      try {
        const { id } = await core.trainings.start({ modelId: modelid, ...goals })
        return { status: 201, body: { modelid, placement, deployment_id: id, status: 'waiting' } }
      } catch (error) {
        const isBusy = error instanceof WorkstationError && error.code === 'conflict'
        if (!isBusy) throw error
        return { status: 400, body: { detail: 'ML model training instance is already running' } }
      }
    },
  },
]
