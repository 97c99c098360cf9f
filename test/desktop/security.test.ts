import { describe, expect, it } from 'vitest'
import { isAllowedOutside, isOwnPage } from '../../main/window-security'

const LOCAL = 'http://127.0.0.1:8888'

describe('what opens in the system browser', () => {
  it.each(['https://onnx.ai/onnx/', 'https://github.com/onnx/onnx', `${LOCAL}/docs`, `${LOCAL}/docs/mlops`])(
    'opens %s',
    (url) => expect(isAllowedOutside(url, LOCAL)).toBe(true),
  )

  it.each([
    'http://github.com/onnx',
    'https://github.com.example.com/',
    'https://github.com:8443/',
    'https://user@github.com/',
    'https://example.com/',
    `${LOCAL}/api/mlops/projects`,
    'http://127.0.0.1:9999/docs',
    'file:///etc/passwd',
    'smb://server/share',
    'javascript:alert(1)',
    'app://plumbline/',
    '',
  ])('never opens %j', (url) => expect(isAllowedOutside(url, LOCAL)).toBe(false))
})

describe('which pages are our own', () => {
  it('knows them by scheme and host', () => {
    expect(isOwnPage('app://plumbline/#/models')).toBe(true)
    expect(isOwnPage('app://plumbline')).toBe(true)
    expect(isOwnPage('app://plumbline.example.com/')).toBe(false)
    expect(isOwnPage('app://other/')).toBe(false)
    expect(isOwnPage('https://plumbline/')).toBe(false)
  })
})
