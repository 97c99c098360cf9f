/** Facts about the workspace that other features and the live user interface may hear. */
export type WorkstationEvent =
  | { readonly type: 'project.changed'; readonly projectId: string }
  | { readonly type: 'model.changed'; readonly modelId: string }
  | {
      readonly type: 'registration.progress'
      readonly registrationId: string
      readonly stage: string
      readonly fraction: number
    }
  | { readonly type: 'deployment.changed'; readonly deploymentId: string }
  | {
      readonly type: 'predictions.recorded'
      readonly deploymentId: string
      readonly rows: number
      readonly errors: number
    }
  | { readonly type: 'drift.changed'; readonly deploymentId: string }
  /** A comparison by the model's own method found features that drift. */
  | {
      readonly type: 'drift.detected'
      readonly deploymentId: string
      readonly modelId: string
      readonly modelVersionId: string
      readonly method: string
      readonly features: readonly string[]
    }
  | { readonly type: 'feedback.changed'; readonly deploymentId: string }
  | { readonly type: 'importance.changed'; readonly deploymentId: string }
  | { readonly type: 'job.changed'; readonly jobId: string }
  | { readonly type: 'training.changed'; readonly trainingId: string; readonly modelId: string }
  /** More lines of a training's log can be read. */
  | { readonly type: 'training.logged'; readonly trainingId: string; readonly lines: number }
  | { readonly type: 'access.changed' }
  | { readonly type: 'alert.changed'; readonly alertId: string }
  | { readonly type: 'alert-rule.changed'; readonly ruleId: string }
  | { readonly type: 'notification-settings.changed' }
  | { readonly type: 'privacy.changed'; readonly policyId: string }

type Listener = (event: WorkstationEvent) => void

/** Hands typed facts to whoever subscribed; a listener that throws does not disturb the others. */
export class Events {
  private readonly listeners = new Set<Listener>()
  private readonly onError: (error: unknown) => void

  constructor(onError: (error: unknown) => void) {
    this.onError = onError
  }

  emit(event: WorkstationEvent): void {
    for (const listener of this.listeners) {
      try {
        listener(event)
      } catch (error) {
        this.onError(error)
      }
    }
  }

  /** Passes on a failure that no caller waits for. */
  report(error: unknown): void {
    this.onError(error)
  }

  /** Subscribes; call the returned function to stop. */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
