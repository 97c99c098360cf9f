import { describe, expect, it } from 'vitest'
import { readOwnArguments } from '../../main/desktop-arguments'
import { readSettings } from '../../main/settings'

describe('the words of the command line that are ours', () => {
  it('begin after the application path in a clone', () => {
    const argv = [
      'electron',
      '--no-sandbox',
      '--inspect=0',
      '--remote-debugging-port=0',
      '/app',
      '--data-dir',
      'x',
    ]
    expect(readOwnArguments(argv, false)).toEqual(['--data-dir', 'x'])
  })

  it('begin after a module that Node is told to require', () => {
    expect(readOwnArguments(['electron', '-r', '/loader.js', '/app', '--sample'], false)).toEqual([
      '--sample',
    ])
  })

  it('are all of them when packaged, but for the switches of Chromium', () => {
    const argv = [
      'Plumbline',
      '--ozone-platform=wayland',
      '--port',
      '0',
      '--disable-gpu',
      '--no-sample',
      '-psn_0_1',
    ]
    expect(readOwnArguments(argv, true)).toEqual(['--port', '0', '--no-sample'])
  })

  it('still refuse a misspelt option', () => {
    expect(() => readSettings(readOwnArguments(['Plumbline', '--prot', '1'], true), {})).toThrow(
      'unknown option --prot',
    )
  })
})
