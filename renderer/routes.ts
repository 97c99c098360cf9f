/** Addresses inside the app; the router puts them behind the `#`. */
export const paths = {
  models: '/models',
  registerModel: '/models/new',
  model: (id: string, tab?: string) => `/models/${id}${tab === undefined ? '' : `/${tab}`}`,
  deployments: '/deployments',
  deployment: (id: string, tab?: string) => `/deployments/${id}${tab === undefined ? '' : `/${tab}`}`,
  drift: (id?: string) => (id === undefined ? '/drift' : `/drift/${id}`),
  alerts: '/alerts',
  alertRules: '/alerts/rules',
  alert: (id: string) => `/alerts/${id}`,
  privacy: '/privacy',
  policy: (id: string) => `/privacy/${id}`,
  settings: '/settings',
  help: (id?: string) => (id === undefined ? '/help' : `/help/${id}`),
} as const
