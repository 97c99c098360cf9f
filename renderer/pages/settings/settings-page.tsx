import { SegmentedControl, useMantineColorScheme } from '@mantine/core'
import type { MantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { CopyIcon } from '../../components/copy-button'
import { FactList, PageHeader, Panel, TextSkeleton } from '../../components/layout'
import { FaultState } from '../../components/states'
import { formatBytes } from '../../format'
import { reads } from '../../queries'
import { FirstKeyBanner } from './first-key-banner'
import { KeysPanel } from './keys-panel'
import { RetentionPanel } from './retention-panel'
import { NotificationsPanel } from './notifications-panel'

const isColorScheme = (value: string): value is MantineColorScheme =>
  value === 'light' || value === 'dark' || value === 'auto'

/** API keys, notifications, colours, and facts about the workstation. */
export function SettingsPage() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <>
      <PageHeader name="Settings" title="Settings" />
      <FirstKeyBanner />
      <div className="pl-overview">
        <div className="pl-stack">
          <KeysPanel />
          <NotificationsPanel />
        </div>
        <div className="pl-stack">
          <WorkspacePanel />
          <RetentionPanel />
          <Panel title="Appearance">
            <SegmentedControl
              fullWidth
              size="xs"
              aria-label="Colours"
              value={colorScheme}
              onChange={(value) => isColorScheme(value) && setColorScheme(value)}
              data={[
                { value: 'light', label: 'Light' },
                { value: 'dark', label: 'Dark' },
                { value: 'auto', label: 'Like the system' },
              ]}
            />
          </Panel>
        </div>
      </div>
    </>
  )
}

function WorkspacePanel() {
  const { data, isError, error, refetch } = useQuery(reads.workspace())
  return (
    <Panel title="Workspace">
      {data === undefined &&
        (isError ? <FaultState error={error} onRetry={() => void refetch()} /> : <TextSkeleton lines={4} />)}
      {data !== undefined && (
        <FactList
          facts={[
            { label: 'Version', value: data.version },
            { label: 'API address', value: <Copyable value={data.url} what="address" /> },
            {
              label: 'Data folder',
              value: <Copyable value={data.dataDirectory} what="path of the data folder" />,
            },
            { label: 'Largest model file', value: formatBytes(data.limits.maxModelBytes) },
            { label: 'Largest training data', value: formatBytes(data.limits.maxDataBytes) },
            { label: 'Platform', value: data.platform },
          ]}
        />
      )}
    </Panel>
  )
}

function Copyable({ value, what }: { readonly value: string; readonly what: string }) {
  return (
    <span className="pl-inline">
      <code>{value}</code>
      <CopyIcon value={value} what={what} />
    </span>
  )
}
