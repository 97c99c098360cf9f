import { Button, Tabs } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useLocation } from 'wouter'
import { PageHeader } from '../../components/layout'
import { paths } from '../../routes'
import { AlertList } from './alert-list'
import { RuleModal } from './rule-modal'
import { RuleList } from './rule-list'
import './alerts.css'

/** What raised an alert, and the rules behind it. */
export function AlertsPage({ view }: { readonly view: 'alerts' | 'rules' }) {
  const [, navigate] = useLocation()
  const [isCreating, creation] = useDisclosure(false)
  return (
    <>
      <PageHeader
        name={view === 'alerts' ? 'Alerts' : 'Alert rules'}
        title="Alerts"
        actions={
          <Button leftSection={<IconPlus size={15} />} onClick={creation.open}>
            New rule
          </Button>
        }
      />
      <Tabs
        value={view}
        onChange={(value) => navigate(value === 'rules' ? paths.alertRules : paths.alerts)}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="alerts">Alerts</Tabs.Tab>
          <Tabs.Tab value="rules">Rules</Tabs.Tab>
        </Tabs.List>
        <div className="pl-tab-body">
          <Tabs.Panel value="alerts" className="pl-stack">
            <AlertList onCreateRule={creation.open} />
          </Tabs.Panel>
          <Tabs.Panel value="rules">
            <RuleList onCreateRule={creation.open} />
          </Tabs.Panel>
        </div>
      </Tabs>
      <RuleModal isOpen={isCreating} onClose={creation.close} />
    </>
  )
}
