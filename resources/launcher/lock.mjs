// One launcher at a time installs or builds in a tree; the others wait and then find the work done.
import { closeSync, mkdirSync, openSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { isLockStale } from './decisions.mjs'
import { at, readJson, say } from './place.mjs'

const folder = at('.plumbline')

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function tryCreate(path) {
  try {
    const file = openSync(path, 'wx')
    writeSync(file, JSON.stringify({ pid: process.pid, host: hostname() }))
    closeSync(file)
    return true
  } catch (error) {
    if (error.code === 'EEXIST' || (error.code === 'EPERM' && process.platform === 'win32')) return false
    throw error
  }
}

function ageOf(path) {
  try {
    return Date.now() - statSync(path).mtimeMs
  } catch {
    return undefined
  }
}

function isStale(path) {
  const ageMs = ageOf(path)
  if (ageMs === undefined) return false
  return isLockStale({ owner: readJson(path), ageMs, host: hostname(), isAlive })
}

// Two waiters may find the same lock stale. Only the one that holds the guard looks again and removes it, so that a
// lock which the other has just made is never taken away.
function removeIfStale(path) {
  const guard = `${path}.takeover`
  if (!tryCreate(guard)) {
    if ((ageOf(guard) ?? 0) > 10_000) rmSync(guard, { force: true })
    return
  }
  if (isStale(path)) rmSync(path, { force: true })
  rmSync(guard, { force: true })
}

/** Runs `work` while holding the tree's lock of this name. */
export async function withLock(name, work) {
  mkdirSync(folder, { recursive: true })
  const path = `${folder}/${name}.lock`
  let hasSaid = false
  while (!tryCreate(path)) {
    if (isStale(path)) {
      removeIfStale(path)
    } else {
      if (!hasSaid) say(`Waiting for another Plumbline ${name} in this folder…`)
      hasSaid = true
    }
    await wait(100)
  }
  const release = () => rmSync(path, { force: true })
  const touch = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date())
    } catch {
      // Removed by hand: the work goes on, and the next launcher decides from the stamp.
      clearInterval(touch)
    }
  }, 5_000)
  process.once('exit', release)
  try {
    return await work()
  } finally {
    clearInterval(touch)
    process.removeListener('exit', release)
    release()
  }
}
