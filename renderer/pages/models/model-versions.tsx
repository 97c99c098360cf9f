import { Badge } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Model, ModelVersion } from '../../../main/core/models/model'
import { ShortHash } from '../../components/copy-button'
import { FactList, Panel, TextSkeleton } from '../../components/layout'
import type { Fact } from '../../components/layout'
import { EmptyState } from '../../components/states'
import { RelativeTime } from '../../components/relative-time'
import { formatBytes } from '../../format'
import { SelfTestLine } from './self-test-line'
import { VersionBadges } from './version-badges'
import { VersionEvidence } from './version-evidence'

type ModelVersionsProps = { readonly model: Model; readonly versions: readonly ModelVersion[] | undefined }

/** Every version of a model with its files, what was changed on them, and its self-test; newest first. */
export function ModelVersions({ model, versions }: ModelVersionsProps) {
  if (versions === undefined) {
    return (
      <Panel>
        <TextSkeleton lines={8} />
      </Panel>
    )
  }
  if (versions.length === 0)
    return <EmptyState title="No file yet">A version is made of the first model file.</EmptyState>
  return (
    <div className="pl-stack">
      {versions.map((version) => (
        <VersionPanel key={version.id} version={version} isLatest={version.number === model.latestVersion} />
      ))}
    </div>
  )
}

function VersionPanel({ version, isLatest }: { readonly version: ModelVersion; readonly isLatest: boolean }) {
  const isChanged = version.servedFile !== version.originalFile
  return (
    <Panel
      title={
        <span className="pl-inline">
          Version {version.number} {isLatest && <Badge size="sm">newest</Badge>}
        </span>
      }
      aside={
        <>
          <VersionBadges version={version} />
          <RelativeTime at={version.createdAt} />
        </>
      }
    >
      <FactList
        isProse
        facts={[
          {
            label: 'Model file',
            value: (
              <FileFact name={version.originalFileName} note={formatBytes(version.originalBytes)}>
                <ShortHash value={version.originalFile} what="SHA-256 of the model file" />
              </FileFact>
            ),
          },
          {
            label: 'Served file',
            value: isChanged ? (
              <ShortHash value={version.servedFile} what="SHA-256 of the served file" />
            ) : (
              <span className="pl-quiet">the model file, unchanged</span>
            ),
          },
          ...(version.conversion === null
            ? []
            : [{ label: 'Converted from', value: describeConversion(version.conversion) }]),
          ...(version.changes.length === 0 ? [] : [{ label: 'Changes', value: version.changes.join(' ') }]),
          ...describeNotes(version.conversion),
          {
            label: 'Training data',
            value:
              version.trainingFile === null ? (
                <span className="pl-quiet">none</span>
              ) : (
                <FileFact name={version.trainingFileName ?? ''}>
                  <ShortHash value={version.trainingFile} what="SHA-256 of the training data" />
                </FileFact>
              ),
          },
          { label: 'Target column', value: version.targetColumn ?? <span className="pl-quiet">none</span> },
          {
            label: 'Self-test',
            value: <SelfTestLine selfTest={version.selfTest} isMadeUp={version.trainingFile === null} />,
          },
          { label: 'Version id', value: <ShortHash value={version.id} what="version id" /> },
        ]}
      />
      <VersionEvidence version={version} />
    </Panel>
  )
}

/** What the conversion had to remark; what running code had to is told as changes already. */
function describeNotes(conversion: ModelVersion['conversion']): Fact[] {
  if (conversion === null || conversion.ranCode === true || conversion.notes.length === 0) return []
  return [{ label: 'Notes', value: conversion.notes.join(' ') }]
}

function describeConversion({
  estimator,
  library,
  libraryVersion,
  packing,
}: NonNullable<ModelVersion['conversion']>) {
  return `${estimator} of ${library} ${libraryVersion ?? ''}`.trim() + ` (${packing})`
}

function FileFact(props: { readonly name: string; readonly note?: string; readonly children: ReactNode }) {
  return (
    <span className="pl-file-fact">
      <span>{props.name}</span>
      {props.note !== undefined && <span className="pl-quiet">{props.note}</span>}
      {props.children}
    </span>
  )
}
