// Preloaded into the launcher's Node children: ends the process when the launcher is gone, killed ones included.
'use strict'
const { isMainThread } = require('node:worker_threads')

if (isMainThread) {
  const parent = process.ppid
  const isGone = () => {
    if (process.platform !== 'win32') return process.ppid !== parent
    try {
      process.kill(parent, 0)
      return false
    } catch (error) {
      return error.code === 'ESRCH'
    }
  }
  const timer = setInterval(() => {
    if (!isGone()) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  timer.unref()
}
