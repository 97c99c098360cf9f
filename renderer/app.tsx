import { MantineProvider } from '@mantine/core'
import { ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import type { QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Redirect, Route, Router, Switch } from 'wouter'
import { useHashLocation } from 'wouter/use-hash-location'
import { Shell } from './components/shell/shell'
import { SignedOut } from './components/shell/signed-out'
import { NotFoundState } from './components/states'
import { followWorkstation, useConnection } from './live'
import { AlertPage } from './pages/alerts/alert-page'
import { AlertsPage } from './pages/alerts/alerts-page'
import { DeploymentPage } from './pages/deployments/deployment-page'
import { DeploymentsPage } from './pages/deployments/deployments-page'
import { DriftPage } from './pages/drift/drift-page'
import { HelpPage } from './pages/help/help-page'
import { ModelPage } from './pages/models/model-page'
import { ModelsPage } from './pages/models/models-page'
import { RegisterPage } from './pages/models/register-page'
import { PolicyPage } from './pages/privacy/policy-page'
import { PrivacyPage } from './pages/privacy/privacy-page'
import { SettingsPage } from './pages/settings/settings-page'
import { paths } from './routes'
import { resolveVariables, theme } from './theme'

/** The whole interface: its providers, the live feed, and which page an address shows. */
export function App({ queries }: { readonly queries: QueryClient }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolveVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <Router hook={useHashLocation}>
          <ModalsProvider>
            <Notifications position="bottom-right" limit={4} />
            <Pages queries={queries} />
          </ModalsProvider>
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  )
}

function Pages({ queries }: { readonly queries: QueryClient }) {
  const isSignedOut = useConnection((state) => state.status === 'signed-out')
  useEffect(() => {
    const stop = new AbortController()
    void followWorkstation(queries, stop.signal)
    return () => stop.abort()
  }, [queries])
  if (isSignedOut) return <SignedOut />
  return (
    <Shell>
      <Switch>
        <Route path="/">
          <Redirect to={paths.models} replace />
        </Route>
        <Route path="/models" component={ModelsPage} />
        <Route path="/models/new" component={RegisterPage} />
        <Route path="/models/:id/:tab?">
          {({ id, tab }) => <ModelPage key={id} id={id} tab={tab ?? 'overview'} />}
        </Route>
        <Route path="/deployments" component={DeploymentsPage} />
        <Route path="/deployments/:id/:tab?">
          {({ id, tab }) => <DeploymentPage key={id} id={id} tab={tab ?? 'try'} />}
        </Route>
        <Route path="/drift/:id?">{({ id }) => <DriftPage id={id ?? null} />}</Route>
        <Route path="/alerts">
          <AlertsPage view="alerts" />
        </Route>
        <Route path="/alerts/rules">
          <AlertsPage view="rules" />
        </Route>
        <Route path="/alerts/:id">{({ id }) => <AlertPage key={id} id={id} />}</Route>
        <Route path="/privacy" component={PrivacyPage} />
        <Route path="/privacy/:id">{({ id }) => <PolicyPage key={id} id={id} />}</Route>
        <Route path="/settings" component={SettingsPage} />
        <Route path="/help/:id?">{({ id }) => <HelpPage id={id ?? null} />}</Route>
        <Route>
          <NotFoundState what="Page" back={paths.models} backLabel="Go to models" />
        </Route>
      </Switch>
    </Shell>
  )
}
