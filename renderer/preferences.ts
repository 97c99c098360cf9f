import { create } from 'zustand'
import { persist } from 'zustand/middleware'

/** What a person chose about the interface itself; kept in this browser, never on the workstation. */
type Preferences = {
  /** The project whose models and deployments are shown; null shows all. */
  readonly projectId: string | null
  readonly isNavigationCollapsed: boolean
  /** Minutes of traffic that the chart shows. */
  readonly trafficMinutes: number
  /** True once the banner with the first API key was put away. */
  readonly hasSeenFirstKey: boolean
}

type Actions = {
  readonly selectProject: (projectId: string | null) => void
  readonly toggleNavigation: () => void
  readonly showTraffic: (minutes: number) => void
  readonly dismissFirstKey: () => void
}

export const usePreferences = create<Preferences & Actions>()(
  persist(
    (set) => ({
      projectId: null,
      isNavigationCollapsed: false,
      trafficMinutes: 60,
      hasSeenFirstKey: false,
      selectProject: (projectId) => set({ projectId }),
      toggleNavigation: () => set((state) => ({ isNavigationCollapsed: !state.isNavigationCollapsed })),
      showTraffic: (trafficMinutes) => set({ trafficMinutes }),
      dismissFirstKey: () => set({ hasSeenFirstKey: true }),
    }),
    { name: 'plumbline.preferences', version: 1 },
  ),
)
