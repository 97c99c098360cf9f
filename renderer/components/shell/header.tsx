import { ActionIcon, Kbd, Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { useOs } from '@mantine/hooks'
import { spotlight } from '@mantine/spotlight'
import { IconCheck, IconDeviceDesktop, IconMoon, IconSearch, IconSun } from '@tabler/icons-react'
import { ProjectSwitcher } from './project-switcher'

export const COLOR_SCHEMES = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'Like the system', icon: IconDeviceDesktop },
] as const

/** The head of the window: whose things are shown, search, and the colours. */
export function Header() {
  const isMac = useOs() === 'macos'
  return (
    <section className="pl-header" aria-label="Project and search">
      <ProjectSwitcher />
      <UnstyledButton
        className="pl-search"
        onClick={() => spotlight.open()}
        aria-keyshortcuts={isMac ? 'Meta+K' : 'Control+K'}
      >
        <IconSearch size={14} stroke={1.8} aria-hidden />
        <span>Search or run a command</span>
        <Kbd size="xs" aria-hidden>
          {isMac ? '⌘K' : 'Ctrl K'}
        </Kbd>
      </UnstyledButton>
      <ColorSchemeMenu />
    </section>
  )
}

function ColorSchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const Shown = COLOR_SCHEMES.find((entry) => entry.value === colorScheme)?.icon ?? IconDeviceDesktop
  return (
    <Menu position="bottom-end" width={170}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={30} aria-label="Colour scheme">
          <Shown size={17} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {COLOR_SCHEMES.map((entry) => (
          <Menu.Item
            key={entry.value}
            leftSection={<entry.icon size={15} stroke={1.6} />}
            rightSection={
              colorScheme === entry.value ? <IconCheck size={14} aria-label="chosen" /> : undefined
            }
            onClick={() => setColorScheme(entry.value)}
          >
            {entry.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
