import { useQuery } from '@tanstack/react-query'
import type { Model, ModelVersion, SelfTest } from '../../../main/core/models/model'
import type { Feature } from '../../../main/core/signatures/signature'
import type { FeatureProfile } from '../../../main/core/distributions/profile'
import { SparkBars } from '../../components/charts/spark-bars'
import { CopyIcon } from '../../components/copy-button'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { FactList, Hint, Panel, Tile } from '../../components/layout'
import { coarsen, describeRange } from '../../components/profile-text'
import { NONE, formatCount, formatDuration, formatNumber, formatShare } from '../../format'
import { reads } from '../../queries'
import { formatName } from './version-badges'
import { VersionEvidence } from './version-evidence'

type SignatureRow = { readonly feature: Feature; readonly profile: FeatureProfile | undefined }

const COLUMNS: readonly Column<SignatureRow>[] = [
  { key: 'name', header: 'Feature', render: ({ feature }) => <strong>{feature.name}</strong> },
  { key: 'type', header: 'Type', render: ({ feature }) => feature.type },
  {
    key: 'missing',
    header: 'Missing values',
    render: ({ feature, profile }) =>
      feature.acceptsMissing ? (
        <>
          accepted
          {profile !== undefined && profile.missing > 0 && (
            <span className="pl-quiet">, {missingShare(profile)} in training</span>
          )}
        </>
      ) : (
        <span className="pl-quiet">refused</span>
      ),
  },
  {
    key: 'range',
    header: 'Training values',
    render: ({ profile }) => (
      <span className="pl-wrap">{profile === undefined ? NONE : describeRange(profile)}</span>
    ),
  },
  {
    key: 'mean',
    header: 'Mean',
    align: 'right',
    render: ({ profile }) => (profile?.kind === 'numeric' ? formatNumber(profile.mean) : NONE),
  },
  {
    key: 'distribution',
    header: 'Distribution',
    width: 150,
    render: ({ feature, profile }) =>
      profile === undefined || profile.kind === 'text' ? (
        <span className="pl-quiet">{NONE}</span>
      ) : (
        <SparkBars
          counts={coarsen(profile)}
          label={`Training distribution of ${feature.name}: ${describeRange(profile)}`}
        />
      ),
  },
]

function missingShare(profile: FeatureProfile): string {
  return formatShare(profile.missing / Math.max(1, profile.missing + profile.count))
}

/** What the newest version takes and answers, and how it did on its training data. */
export function ModelOverview({ model, version }: { readonly model: Model; readonly version: ModelVersion }) {
  const profile = useQuery(reads.profile(version.id))
  const { signature, selfTest } = version
  const rows = signature.features.map((feature) => ({
    feature,
    profile: profile.data?.features.features.find(({ name }) => name === feature.name),
  }))
  return (
    <div className="pl-overview">
      <div className="pl-stack">
        <Panel
          title="Signature"
          aside={
            profile.data !== undefined &&
            (profile.data === null
              ? 'no training data'
              : `${formatCount(profile.data.features.rows)} training rows`)
          }
          isFlush
        >
          <DataTable
            label="Features the model takes"
            columns={COLUMNS}
            rows={rows}
            rowKey={({ feature }) => feature.name}
          />
        </Panel>
        {signature.classLabels.length > 0 && (
          <Panel title="Class labels">
            <ul className="pl-chips pl-plain-list">
              {signature.classLabels.map((label) => (
                <li key={label} className="pl-chip">
                  {label}
                </li>
              ))}
            </ul>
          </Panel>
        )}
        <Panel title="Compared with the original">
          <VersionEvidence version={version} isWhole />
        </Panel>
      </div>
      <div className="pl-stack">
        <Panel
          title="Self-test"
          aside={
            <Hint
              label="the self-test"
              text="Rows of the training data, or made-up ones where there were none, went through the served file before the version was accepted. These numbers are not of unseen data."
            />
          }
        >
          <div className="pl-stack">
            <div className="pl-tiles">
              <SelfTestTiles selfTest={selfTest} />
            </div>
            {selfTest.notes.map((note) => (
              <p key={note} className="pl-quiet">
                {note}
              </p>
            ))}
          </div>
        </Panel>
        <Panel title="Facts">
          <FactList
            facts={[
              { label: 'Task', value: <span className="pl-capital">{version.task}</span> },
              { label: 'Target column', value: version.targetColumn ?? NONE },
              { label: 'Made from', value: `${formatName(version)}, ${version.originalFileName}` },
              { label: 'Training data', value: version.trainingFileName ?? NONE },
              {
                label: 'Model id',
                value: (
                  <span className="pl-inline">
                    <code>{model.id.slice(0, 13)}…</code>
                    <CopyIcon value={model.id} what="model id" />
                  </span>
                ),
              },
            ]}
          />
        </Panel>
      </div>
    </div>
  )
}

function SelfTestTiles({ selfTest }: { readonly selfTest: SelfTest }) {
  const { accuracy, rmse, r2, rows, durationMs } = selfTest
  return (
    <>
      {accuracy !== null && <Tile label="Accuracy" value={formatShare(accuracy)} />}
      {rmse !== null && <Tile label="RMSE" value={formatNumber(rmse)} />}
      {r2 !== null && <Tile label="R²" value={r2.toFixed(3)} />}
      <Tile label="Rows tried" value={formatCount(rows)} />
      <Tile label="Took" value={formatDuration(durationMs)} />
    </>
  )
}
