import { useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight } from '@mantine/spotlight'
import type { SpotlightActionGroupData } from '@mantine/spotlight'
import {
  IconBell,
  IconBox,
  IconChartHistogram,
  IconHelp,
  IconKey,
  IconMoon,
  IconPlus,
  IconRocket,
  IconSearch,
  IconSettings,
  IconStack2,
  IconSun,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { usePreferences } from '../../preferences'
import { reads } from '../../queries'
import { paths } from '../../routes'

const FOUND = 6

/** Search over everything with a name, and the commands of the app; opens with Ctrl+K. */
export function CommandPalette() {
  const [query, setQuery] = useState('')
  const found = useFoundThings(query)
  const commands = useCommands()
  return (
    <Spotlight
      shortcut="mod + K"
      // The heading is for screen readers alone; the field says the same to everybody else.
      title="Search and commands"
      classNames={{ header: 'pl-hidden' }}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      query={query}
      onQueryChange={setQuery}
      actions={[...found, commands]}
      // The workstation has searched already; the commands are searched here.
      filter={(text, actions) => actions.flatMap((entry) => narrow(entry, text))}
      nothingFound="Nothing has that name."
      scrollable
      maxHeight={420}
      searchProps={{
        'aria-label': 'Search and commands',
        leftSection: <IconSearch size={16} stroke={1.6} />,
        placeholder: 'Search models, deployments and projects, or type a command',
      }}
    />
  )
}

type Entry = Parameters<NonNullable<React.ComponentProps<typeof Spotlight>['filter']>>[1][number]

function narrow(entry: Entry, text: string): Entry[] {
  if (!('actions' in entry) || entry.group !== 'Commands') return [entry]
  const words = text.trim().toLowerCase().split(/\s+/)
  const actions = entry.actions.filter((action) => {
    const label = `${action.label ?? ''} ${String(action.keywords ?? '')}`.toLowerCase()
    return words.every((word) => label.includes(word))
  })
  return actions.length === 0 ? [] : [{ ...entry, actions }]
}

function useFoundThings(query: string): SpotlightActionGroupData[] {
  const [search] = useDebouncedValue(query.trim(), 120)
  const [, navigate] = useLocation()
  const select = usePreferences((state) => state.selectProject)
  const isSearching = search !== ''
  const models = useQuery({ ...reads.models({ search, limit: FOUND }), enabled: isSearching })
  const deployments = useQuery({ ...reads.deployments({ search, limit: FOUND }), enabled: isSearching })
  const projects = useQuery(reads.projects())
  if (!isSearching) return []
  const groups: SpotlightActionGroupData[] = [
    {
      group: 'Models',
      actions: (models.data?.items ?? []).map((model) => ({
        id: model.id,
        label: model.name,
        description: model.task === null ? 'No file yet' : `${model.algorithm}, ${model.task}`,
        leftSection: <IconBox size={17} stroke={1.5} />,
        onClick: () => navigate(paths.model(model.id)),
      })),
    },
    {
      group: 'Deployments',
      actions: (deployments.data?.items ?? []).map((deployment) => ({
        id: deployment.id,
        label: deployment.name,
        description: `${deployment.stage}, ${deployment.modelName} v${deployment.modelVersion}`,
        leftSection: <IconRocket size={17} stroke={1.5} />,
        onClick: () => navigate(paths.deployment(deployment.id)),
      })),
    },
    {
      group: 'Projects',
      actions: (projects.data?.items ?? [])
        .filter((project) => project.name.toLowerCase().includes(search.toLowerCase()))
        .slice(0, FOUND)
        .map((project) => ({
          id: project.id,
          label: project.name,
          description: 'Show only this project',
          leftSection: <IconStack2 size={17} stroke={1.5} />,
          onClick: () => select(project.id),
        })),
    },
  ]
  return groups.filter((group) => group.actions.length > 0)
}

function useCommands(): SpotlightActionGroupData {
  const [, navigate] = useLocation()
  const { setColorScheme } = useMantineColorScheme()
  const go = (href: string) => () => navigate(href)
  const icon = (Icon: typeof IconBox) => <Icon size={17} stroke={1.5} />
  return {
    group: 'Commands',
    actions: [
      {
        id: 'register',
        label: 'Register a model',
        leftSection: icon(IconPlus),
        onClick: go(paths.registerModel),
      },
      { id: 'models', label: 'Go to models', leftSection: icon(IconBox), onClick: go(paths.models) },
      {
        id: 'deployments',
        label: 'Go to deployments',
        leftSection: icon(IconRocket),
        onClick: go(paths.deployments),
      },
      {
        id: 'drift',
        label: 'Go to drift',
        leftSection: icon(IconChartHistogram),
        onClick: go(paths.drift()),
      },
      { id: 'alerts', label: 'Go to alerts', leftSection: icon(IconBell), onClick: go(paths.alerts) },
      {
        id: 'settings',
        label: 'Go to settings',
        leftSection: icon(IconSettings),
        onClick: go(paths.settings),
      },
      { id: 'help', label: 'Go to help', leftSection: icon(IconHelp), onClick: go(paths.help()) },
      { id: 'keys', label: 'Manage API keys', leftSection: icon(IconKey), onClick: go(paths.settings) },
      {
        id: 'light',
        label: 'Use light colours',
        keywords: 'theme scheme appearance colors',
        leftSection: icon(IconSun),
        onClick: () => setColorScheme('light'),
      },
      {
        id: 'dark',
        label: 'Use dark colours',
        keywords: 'theme scheme appearance colors',
        leftSection: icon(IconMoon),
        onClick: () => setColorScheme('dark'),
      },
    ],
  }
}
