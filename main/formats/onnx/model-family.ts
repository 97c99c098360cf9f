import type { OnnxFamily, OnnxOperator } from './summary'

/** Operators that are a model by themselves, with the family each belongs to; the first found names the model. */
const MODEL_OPERATORS: readonly (readonly [type: string, family: OnnxFamily])[] = [
  ['TreeEnsembleClassifier', 'tree-ensemble'],
  ['TreeEnsembleRegressor', 'tree-ensemble'],
  ['TreeEnsemble', 'tree-ensemble'],
  ['LinearClassifier', 'linear'],
  ['LinearRegressor', 'linear'],
  ['SVMClassifier', 'svm'],
  ['SVMRegressor', 'svm'],
]

/** Operators that only neural networks use. */
const NETWORK_OPERATORS = [
  'Conv',
  'ConvTranspose',
  'LSTM',
  'GRU',
  'RNN',
  'Attention',
  'MultiHeadAttention',
  'BatchNormalization',
  'LayerNormalization',
  'QLinearConv',
  'QLinearMatMul',
  'Relu',
  'Tanh',
  'Gelu',
  'LeakyRelu',
  'Elu',
]
const DENSE_OPERATORS = ['Gemm', 'MatMul']
const PREPARING_OPERATORS = [
  'Scaler',
  'OneHotEncoder',
  'Imputer',
  'Normalizer',
  'LabelEncoder',
  'FeatureVectorizer',
  'DictVectorizer',
  'Binarizer',
  'TfIdfVectorizer',
]

/**
 * Tells what sort of model the operators make, and which operator says so. Several different models in one file, or
 * preparation alone, are a 'pipeline'; one dense layer is 'linear' unless something is searched for (clustering).
 */
export function classifyModel(operators: readonly OnnxOperator[]): { family: OnnxFamily; modelType: string } {
  const count = (types: readonly string[]) =>
    operators.reduce((sum, operator) => sum + (types.includes(operator.type) ? operator.count : 0), 0)
  const first = (types: readonly string[]) => types.find((type) => count([type]) > 0)

  const models = MODEL_OPERATORS.filter(([type]) => count([type]) > 0)
  const [model] = models
  if (model !== undefined) {
    const families = new Set(models.map(([, family]) => family))
    return { family: families.size > 1 ? 'pipeline' : model[1], modelType: model[0] }
  }
  const dense = count(DENSE_OPERATORS)
  const network = first(NETWORK_OPERATORS)
  const denseType = first(DENSE_OPERATORS)
  if (network !== undefined && network !== 'Relu' && network !== 'Tanh') {
    return { family: 'neural-network', modelType: network }
  }
  if (denseType !== undefined && dense > 1) return { family: 'neural-network', modelType: denseType }
  if (denseType !== undefined && count(['ArgMin', 'TopK', 'Loop', 'Scan']) === 0) {
    return { family: 'linear', modelType: denseType }
  }
  const preparing = first(PREPARING_OPERATORS)
  if (preparing !== undefined) return { family: 'pipeline', modelType: preparing }
  const [common] = [...operators].sort((a, b) => b.count - a.count)
  return { family: 'other', modelType: common?.type ?? '' }
}
