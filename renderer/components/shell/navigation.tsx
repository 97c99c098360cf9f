import { Tooltip, UnstyledButton } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import {
  IconBell,
  IconBox,
  IconChartHistogram,
  IconHelp,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconRocket,
  IconSettings,
  IconShieldLock,
} from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from 'wouter'
import { usePreferences } from '../../preferences'
import { reads } from '../../queries'
import { paths } from '../../routes'
import { ConnectionNotice } from './connection-notice'
import { Logo } from './logo'

type Place = { readonly label: string; readonly href: string; readonly icon: Icon }

const PLACES: readonly Place[] = [
  { label: 'Models', href: paths.models, icon: IconBox },
  { label: 'Deployments', href: paths.deployments, icon: IconRocket },
  { label: 'Drift', href: paths.drift(), icon: IconChartHistogram },
  { label: 'Alerts', href: paths.alerts, icon: IconBell },
  { label: 'Privacy', href: paths.privacy, icon: IconShieldLock },
  { label: 'Settings', href: paths.settings, icon: IconSettings },
  { label: 'Help', href: paths.help(), icon: IconHelp },
]

/** The way to the pages, at the left; folds to icons, always so in a narrow window. */
export function Navigation() {
  const isNarrow = useMediaQuery('(max-width: 1150px)') === true
  const isFolded = usePreferences((state) => state.isNavigationCollapsed)
  const isCollapsed = isFolded || isNarrow
  const toggle = usePreferences((state) => state.toggleNavigation)
  const Fold = isCollapsed ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse
  return (
    <nav className="pl-nav" data-collapsed={isCollapsed || undefined} aria-label="Main">
      <Link href={paths.models} className="pl-brand" aria-label="Plumbline, to the models">
        <Logo />
        {!isCollapsed && <span>Plumbline</span>}
      </Link>
      <ul>
        {PLACES.map((place) => (
          <li key={place.href}>
            <NavigationLink place={place} isCollapsed={isCollapsed} />
          </li>
        ))}
      </ul>
      <div className="pl-nav-foot">
        <ConnectionNotice isCollapsed={isCollapsed} />
        {!isNarrow && (
          <Tooltip label={isCollapsed ? 'Expand the navigation' : 'Collapse the navigation'} position="right">
            <UnstyledButton
              className="pl-nav-fold"
              onClick={toggle}
              aria-label={isCollapsed ? 'Expand the navigation' : 'Collapse the navigation'}
              aria-expanded={!isCollapsed}
            >
              <Fold size={17} stroke={1.6} />
            </UnstyledButton>
          </Tooltip>
        )}
      </div>
    </nav>
  )
}

function NavigationLink({ place, isCollapsed }: { readonly place: Place; readonly isCollapsed: boolean }) {
  const [location] = useLocation()
  const isHere = location === place.href || location.startsWith(`${place.href}/`)
  return (
    <Tooltip label={place.label} position="right" disabled={!isCollapsed}>
      <Link
        href={place.href}
        className="pl-nav-link"
        aria-current={isHere ? 'page' : undefined}
        aria-label={isCollapsed ? place.label : undefined}
      >
        <place.icon size={17} stroke={1.6} aria-hidden />
        {!isCollapsed && <span>{place.label}</span>}
        {place.href === paths.drift() && <DriftCount />}
        {place.href === paths.alerts && <AlertCount />}
      </Link>
    </Tooltip>
  )
}

/** How many deployments drift, so that one sees it from every page. */
function DriftCount() {
  const { data } = useQuery(reads.driftOverview())
  const count = data?.filter(({ drift }) => isDrifting(drift.overallStatus)).length ?? 0
  if (count === 0) return null
  return (
    <span className="pl-nav-count" aria-label={`${count} with drift`}>
      {count}
    </span>
  )
}

/** How many alerts wait for someone, in all projects. */
function AlertCount() {
  const { data: count = 0 } = useQuery(reads.openAlerts())
  if (count === 0) return null
  return (
    <span className="pl-nav-count" aria-label={`${count} open`}>
      {count}
    </span>
  )
}

const isDrifting = (status: string): boolean => status === 'moderate' || status === 'high'
