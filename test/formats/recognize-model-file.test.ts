import { deflateSync, gzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { recognizeModelFile } from '../../main/formats/recognize-model-file'
import { FIXTURES, RESOURCES } from '../support/workstation'

const text = (content: string): Buffer => Buffer.from(content, 'latin1')

it.each<[string, Buffer, string]>([
  ['a pickle of protocol 5', text('\x80\x05K\x01.'), 'pickle'],
  ['a pickle of protocol 2', text('\x80\x02}q\x00.'), 'pickle'],
  ['a pickle of protocol 0', text('cposix\nsystem\n(S"id"\ntR.'), 'pickle'],
  ['a dict of protocol 0', text("(dp0\nS'a'\np1\nI1\ns."), 'pickle'],
  ['an object of protocol 1', text('ccopy_reg\n_reconstructor\nq\x00(cx\nY\nNtR.'), 'pickle'],
  ['a zlib joblib file', deflateSync(text('\x80\x04K\x01.')), 'pickle'],
  ['a gzip joblib file', gzipSync(text('\x80\x04K\x01.')), 'pickle'],
  ['XGBoost JSON', text('{"learner":{"attributes":{}}}'), 'xgboost'],
  ['XGBoost JSON written anew', text('{ "a": 1, "learner": {} }'), 'xgboost'],
  ['XGBoost UBJSON', text('{L\0\0\0\0\0\0\0\x07learner{'), 'xgboost'],
  ['the old XGBoost format', text('binf\0\0\0'), 'xgboost'],
  ['LightGBM text', text('tree\nversion=v4\nnum_class=1\n'), 'lightgbm'],
  ['LightGBM text with Windows line ends', text('tree\r\nversion=v4\r\n'), 'lightgbm'],
  ['other JSON', text('{"cells": []}'), 'onnx'],
  ['a table', text('a,b\n1,2\n'), 'onnx'],
  ['an image', text('\x89PNG\r\n\x1a\n'), 'onnx'],
  ['a sentence', text('This is no model.'), 'onnx'],
  ['nothing', Buffer.alloc(0), 'onnx'],
])('takes %s for what it is', (_what, bytes, format) => expect(recognizeModelFile(bytes)).toBe(format))

it.each(['columns', 'double', 'no-batch', 'string_labels_nozipmap', 'truncated'])(
  'takes %s.onnx for ONNX',
  (name) => expect(recognizeModelFile(readFileSync(join(FIXTURES, 'onnx', `${name}.onnx`)))).toBe('onnx'),
)

it.each(['iris', 'fraud', 'diabetes'])('takes the sample %s for ONNX', (name) =>
  expect(recognizeModelFile(readFileSync(join(RESOURCES, 'samples', name, 'model.onnx')))).toBe('onnx'),
)
