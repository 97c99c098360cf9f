import type * as z from 'zod'
import type { DataInspection, ModelInspection, ModelVersion, Verification } from '../../core/models/model'
import { describeVerification } from '../../core/models/model'
import type { PythonOffer } from '../../core/models/python-conversion'
import type { Feature } from '../../core/signatures/signature'
import type { ConversionReport } from '../../formats/convert-model'
import type { OnnxSummary, OnnxValue } from '../../formats/onnx/summary'
import { toTime } from './to-time'
import type * as reply from './model-replies'

type Wire<Schema extends z.ZodType> = z.input<Schema>

const toFeature = (feature: Feature): Wire<typeof reply.feature> => ({
  name: feature.name,
  type: feature.type,
  accepts_missing: feature.acceptsMissing,
  categories: feature.categories === undefined ? null : [...feature.categories],
})

const toConversion = (report: ConversionReport): Wire<typeof reply.conversion> => ({
  format: report.format,
  packing: report.packing,
  library: report.library,
  library_version: report.libraryVersion,
  estimator: report.estimator,
  place: report.place,
  columns: report.columns.map((column) => ({
    name: column.name,
    type: column.type === 'string' ? 'string' : 'number',
    accepts_missing: column.acceptsMissing,
    categories: column.categories === null ? null : [...column.categories],
    is_used: column.input !== null,
  })),
  has_names: report.hasNames,
  ran_code: report.ranCode === true,
  notes: [...report.notes],
})

export const toVerification = (found: Verification): Wire<typeof reply.verification> => ({
  verdict: found.verdict,
  rows: found.rows,
  columns: [...found.columns],
  max_difference: found.maxDifference,
  mean_difference: found.meanDifference,
  label_flips: found.labelFlips,
  worst: [...found.worst],
  tolerance: found.tolerance,
  file_name: found.fileName,
  verified_at: toTime(found.verifiedAt),
})

const present = (metrics: Readonly<Record<string, number | null>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(metrics).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  )

export const toModelVersion = (version: ModelVersion): Wire<typeof reply.modelVersion> => {
  const { signature, conversion, verification, selfTest, trainingFile } = version
  const doubt = describeVerification(version)
  return {
    id: version.id,
    model_id: version.modelId,
    version: version.number,
    problem_type: version.task,
    target_column: version.targetColumn,
    features: signature.features.map(toFeature),
    ignored_columns: [...(signature.ignoredColumns ?? [])],
    class_labels: [...signature.classLabels],
    sha256: version.originalFile,
    file_name: version.originalFileName,
    changes: [...version.changes],
    conversion: conversion === null ? null : toConversion(conversion),
    verification_status: verification?.verdict ?? 'not_verified',
    verification: verification === null ? null : toVerification(verification),
    training_data:
      trainingFile === null ? null : { file_name: version.trainingFileName ?? '', sha256: trainingFile },
    metrics: present({ accuracy: selfTest.accuracy, rmse: selfTest.rmse, r2: selfTest.r2 }),
    warnings: [...selfTest.notes, ...(conversion?.notes ?? []), ...(doubt === null ? [] : [doubt])],
    created_at: toTime(version.createdAt),
  }
}

export const toPythonOffer = (offer: PythonOffer): Wire<typeof reply.pythonOffer> => ({
  executable: offer.executable,
  version: offer.version,
  packages: { ...offer.packages },
  install: offer.install,
  is_sandboxed: offer.isSandboxed,
  warning: offer.warning,
})

const toValue = ({ name, elementType, shape }: OnnxValue) => ({
  name,
  element_type: elementType,
  shape: shape === null ? null : [...shape],
})

const toGraph = (graph: OnnxSummary) => ({
  inputs: graph.inputs.map(toValue),
  outputs: graph.outputs.map(toValue),
  operators: [...graph.operators],
  node_count: graph.nodeCount,
  parameter_count: graph.parameterCount,
})

const toData = (data: DataInspection) => ({
  rows: data.rows,
  columns: data.columns.map((column) => ({ ...column, examples: [...column.examples] })),
  target_column: data.targetColumn,
  problem: data.problem,
})

export const toInspection = (found: ModelInspection): Wire<typeof reply.inspection> => ({
  format: found.format,
  is_convertible: found.refusal === null,
  refusal: found.refusal?.message ?? null,
  may_run_code: found.mayRunCode,
  suggested_algo: found.suggestedAlgorithm,
  conversion: found.conversion === null ? null : toConversion(found.conversion),
  changes: [...found.changes],
  features: found.signature === null ? null : found.signature.features.map(toFeature),
  class_labels: [...(found.signature?.classLabels ?? [])],
  graph: found.graph === null ? null : toGraph(found.graph),
  contents: found.contents === null ? null : { ...found.contents },
  data: found.data === null ? null : toData(found.data),
})
