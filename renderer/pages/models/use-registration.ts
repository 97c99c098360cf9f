import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { ModelVersion, RegistrationInput, Verification } from '../../../main/core/models/model'
import { client, readDetail, readFault } from '../../client'
import { subscribeToEvents } from '../../live'
import { useRegistrationFiles } from './registration-files'

export type Stage = { readonly stage: string; readonly fraction: number }

export type Details = Pick<
  RegistrationInput,
  'projectId' | 'name' | 'description' | 'algorithm' | 'targetColumn' | 'allowsMismatch'
>

type Callbacks = {
  readonly onRegistered: (version: ModelVersion) => void
  readonly onRefused: (error: unknown) => void
}

/** The comparison that a registration was refused for; null when it was refused for something else. */
export function readMismatch(error: unknown): Verification | null {
  const detail = readDetail(error)
  if (readFault(error).code !== 'MISMATCH' || detail === null) return null
  return isVerification(detail) ? detail : null
}

const isVerification = (value: object): value is Verification => 'verdict' in value && 'worst' in value

/** Registers the files of the form: with its progress while it runs, and a way to stop it. */
export function useRegistration({ onRegistered, onRefused }: Callbacks) {
  const { files, runsCode } = useRegistrationFiles()
  const [progress, setProgress] = useState<Stage | null>(null)
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])

  const registration = useMutation({
    mutationFn: async (details: Details) => {
      const { model, training, verification } = files
      if (model?.status !== 'received') throw new Error('Add a model first.')
      const registrationId = crypto.randomUUID()
      const stop = new AbortController()
      running.current = stop
      const unsubscribe = subscribeToEvents((event) => {
        if (event.type === 'registration.progress' && event.registrationId === registrationId)
          setProgress(event)
      })
      try {
        return await client.models.register(
          {
            ...details,
            modelFile: model.sha256,
            modelFileName: model.name,
            ...(training?.status === 'received'
              ? { trainingFile: training.sha256, trainingFileName: training.name }
              : {}),
            ...(verification?.status === 'received'
              ? { verification: { file: verification.sha256, name: verification.name } }
              : {}),
            runsCode,
            registrationId,
          },
          { signal: stop.signal },
        )
      } finally {
        unsubscribe()
        running.current = null
        setProgress(null)
      }
    },
    onSuccess: onRegistered,
    onError: onRefused,
  })
  return { registration, progress, cancel: () => running.current?.abort() }
}
