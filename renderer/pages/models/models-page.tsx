import { Button } from '@mantine/core'
import { IconBox, IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { Model } from '../../../main/core/models/model'
import { client } from '../../client'
import { DataTable } from '../../components/data-table'
import type { Column, SortState } from '../../components/data-table'
import { FileDropArea } from '../../components/file-drop-area'
import { PageHeader, Panel } from '../../components/layout'
import { notifyDone, notifyFault } from '../../components/notify'
import { Pager } from '../../components/pager'
import { RelativeTime } from '../../components/relative-time'
import { SearchField } from '../../components/search-field'
import { EmptyState, FaultState } from '../../components/states'
import { formatCount } from '../../format'
import { usePreferences } from '../../preferences'
import { reads } from '../../queries'
import { paths } from '../../routes'
import { useRegistrationFiles } from './registration-files'

type ColumnKey = 'name' | 'algorithm' | 'task' | 'features' | 'versions' | 'deployments' | 'updatedAt'
type SortKey = 'name' | 'algorithm' | 'updatedAt'

const PAGE = 50

const COLUMNS: readonly Column<Model, ColumnKey>[] = [
  {
    key: 'name',
    header: 'Name',
    isSortable: true,
    render: (model) => (
      <Link href={paths.model(model.id)} className="pl-row-name pl-truncate">
        {model.name}
      </Link>
    ),
  },
  { key: 'algorithm', header: 'Algorithm', isSortable: true, render: (model) => model.algorithm },
  {
    key: 'task',
    header: 'Task',
    render: (model) =>
      model.task === null ? (
        <span className="pl-quiet">no file yet</span>
      ) : (
        <span className="pl-capital">{model.task}</span>
      ),
  },
  { key: 'features', header: 'Features', align: 'right', render: (model) => formatCount(model.featureCount) },
  { key: 'versions', header: 'Versions', align: 'right', render: (model) => formatCount(model.versionCount) },
  {
    key: 'deployments',
    header: 'Deployments',
    align: 'right',
    render: (model) =>
      model.deploymentCount === 0 ? (
        <span className="pl-quiet">none</span>
      ) : (
        formatCount(model.deploymentCount)
      ),
  },
  {
    key: 'updatedAt',
    header: 'Updated',
    align: 'right',
    isSortable: true,
    width: 130,
    render: (model) => <RelativeTime at={model.updatedAt} />,
  },
]

const isSortKey = (key: ColumnKey): key is SortKey =>
  key === 'name' || key === 'algorithm' || key === 'updatedAt'

/** The registered models; files dropped anywhere on it begin a registration. */
export function ModelsPage() {
  const [, navigate] = useLocation()
  const projectId = usePreferences((state) => state.projectId)
  const [search, setSearch] = useState('')
  const [sort, setSort] = useState<SortState<SortKey>>({ key: 'updatedAt', direction: 'desc' })
  const [offset, setOffset] = useState(0)
  const addFiles = useRegistrationFiles((state) => state.add)
  const workspace = useQuery(reads.workspace())
  const query = useQuery(
    reads.models({
      search,
      sort: sort.key,
      direction: sort.direction,
      limit: PAGE,
      offset,
      ...(projectId === null ? {} : { projectId }),
    }),
  )
  const receive = (files: readonly File[]): void => {
    void addFiles(files, workspace.data?.limits)
    navigate(paths.registerModel)
  }
  return (
    <FileDropArea
      onFiles={receive}
      hint="Drop a model (ONNX, pickle, joblib, XGBoost, LightGBM) to register it"
    >
      <PageHeader
        name="Models"
        title="Models"
        actions={
          <Button component={Link} href={paths.registerModel} leftSection={<IconPlus size={15} />}>
            Register model
          </Button>
        }
      />
      <div className="pl-toolbar">
        <SearchField
          label="Search models"
          onSearch={(text) => {
            setSearch(text)
            setOffset(0)
          }}
        />
      </div>
      <Panel isFlush>
        {query.isError && query.data === undefined ? (
          <FaultState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <>
            <DataTable<Model, ColumnKey>
              label="Models"
              columns={COLUMNS}
              rows={query.data?.items}
              rowKey={(model) => model.id}
              rowHref={(model) => paths.model(model.id)}
              sort={sort}
              onSort={({ key, direction }) => isSortKey(key) && setSort({ key, direction })}
              empty={<NoModels isSearching={search !== ''} isFiltered={projectId !== null} />}
            />
            {query.data !== undefined && (
              <Pager
                total={query.data.total}
                limit={PAGE}
                offset={offset}
                onOffset={setOffset}
                unit="models"
              />
            )}
          </>
        )}
      </Panel>
    </FileDropArea>
  )
}

function NoModels({
  isSearching,
  isFiltered,
}: {
  readonly isSearching: boolean
  readonly isFiltered: boolean
}) {
  const selectProject = usePreferences((state) => state.selectProject)
  const workspace = useQuery(reads.workspace())
  const sample = useMutation({
    mutationFn: () => client.workspace.loadSample(),
    onSuccess: () => {
      // The sample comes with a project of its own, which the filter would hide.
      selectProject(null)
      notifyDone('The sample workspace is ready.')
    },
    onError: (error) => notifyFault('The sample workspace could not be loaded', error),
  })
  if (isSearching)
    return <EmptyState title="No model matches the search">Try fewer or other letters.</EmptyState>
  return (
    <EmptyState
      icon={<IconBox size={22} stroke={1.5} />}
      title={isFiltered ? 'No models in this project yet' : 'No models yet'}
      actions={
        <>
          <Button component={Link} href={paths.registerModel} leftSection={<IconPlus size={15} />}>
            Register a model
          </Button>
          {workspace.data?.hasSample === false && (
            <Button variant="default" loading={sample.isPending} onClick={() => sample.mutate()}>
              Load the sample workspace
            </Button>
          )}
        </>
      }
    >
      Register an ONNX file, a pickle or a booster, best together with the data it was trained on; you can
      drop them anywhere on this page. Nothing in them is run. The sample workspace holds three small models
      to look around with.
    </EmptyState>
  )
}
