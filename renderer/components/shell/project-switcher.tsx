import { Menu, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCheck, IconPlus, IconSelector, IconStack2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { formatQuantity } from '../../format'
import { usePreferences } from '../../preferences'
import { reads } from '../../queries'
import { CreateProjectModal } from './create-project-modal'

/** Chooses whose models and deployments the pages show: one project's, or everything. */
export function ProjectSwitcher() {
  const projectId = usePreferences((state) => state.projectId)
  const select = usePreferences((state) => state.selectProject)
  const [isCreating, creation] = useDisclosure(false)
  const { data } = useQuery(reads.projects())
  const projects = data?.items ?? []
  const chosen = projects.find((project) => project.id === projectId)
  return (
    <>
      <Menu position="bottom-start" width={280}>
        <Menu.Target>
          <UnstyledButton className="pl-project" aria-label={`Project: ${chosen?.name ?? 'all projects'}`}>
            <IconStack2 size={15} stroke={1.6} aria-hidden />
            <span className="pl-truncate">{chosen?.name ?? 'All projects'}</span>
            <IconSelector size={14} stroke={1.6} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            rightSection={chosen === undefined ? <IconCheck size={14} aria-label="chosen" /> : undefined}
            onClick={() => select(null)}
          >
            All projects
          </Menu.Item>
          <Menu.Divider />
          <div className="pl-project-list">
            {projects.map((project) => (
              <Menu.Item
                key={project.id}
                rightSection={
                  project.id === projectId ? <IconCheck size={14} aria-label="chosen" /> : undefined
                }
                onClick={() => select(project.id)}
              >
                <div className="pl-truncate">{project.name}</div>
                <div className="pl-quiet pl-small">
                  {formatQuantity(project.modelCount, 'model')},{' '}
                  {formatQuantity(project.deploymentCount, 'deployment')}
                </div>
              </Menu.Item>
            ))}
          </div>
          <Menu.Divider />
          <Menu.Item leftSection={<IconPlus size={14} />} onClick={creation.open}>
            Create a project
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <CreateProjectModal isOpen={isCreating} onClose={creation.close} onCreated={select} />
    </>
  )
}
