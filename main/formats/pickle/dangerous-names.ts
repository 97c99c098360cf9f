/** Why a family of names is dangerous, as the end of "Loading this file with Python …". */
export type Danger = { readonly reason: string; readonly names: ReadonlySet<string> }

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/**
 * Modules of which every name counts as dangerous, with all modules below them. The list only serves the view of what
 * is inside: the reader runs none of them, listed or not.
 */
export const DANGEROUS_MODULES: readonly Danger[] = [
  {
    reason: 'can run any command of this computer',
    names: words(`
      os posix nt posixpath ntpath subprocess _posixsubprocess _winapi commands popen2 pty multiprocessing
      _multiprocessing concurrent asyncio distutils setuptools pip ensurepip venv webbrowser antigravity idlelib
      lib2to3 pydoc cgitb platform uu test.support sh plumbum pexpect ptyprocess paramiko fabric invoke psutil win32api
      win32com winreg msvcrt _osx_support _aix_support _pyrepl nturl2path crypt spwd pwd grp resource signal fcntl
      termios tty curses readline ctypes _ctypes cffi _cffi_backend numpy.f2py numpy.distutils numpy.ctypeslib
    `),
  },
  {
    reason: 'can run any Python code',
    names: words(`
      code codeop runpy importlib _frozen_importlib _frozen_importlib_external imp _imp pkgutil zipimport zipapp types
      timeit trace tracemalloc cProfile profile pstats _lsprof bdb pdb doctest unittest faulthandler pyximport Cython
      inspect sys gc site sitecustomize sysconfig builtins.__builtins__ atexit sched threading _thread contextlib
      dis py_compile compileall symtable ast rlcompleter tkinter _tkinter turtle turtledemo
      IPython ipykernel jupyter_client nbconvert jinja2 mako django flask werkzeug pytest _pytest nose numba
      cloudpickle dill joblib.externals numpy.testing numpy.lib.npyio numpy.lib._npyio_impl scipy.weave torch.testing
      sympy.utilities hypothesis torch._dynamo torch._inductor torch.hub torch.jit torch.package torch.fx
      torch.utils.cpp_extension torch.utils.bottleneck torch.utils.collect_env torch.utils._config_module
      torch.utils.data.datapipes torch.distributed torch.serialization torch._C torch.multiprocessing
      pandas.core.computation tensorflow.python keras.src.saving keras.saving keras.models keras.utils
    `),
  },
  {
    reason: 'loads another pickle, which can run any code',
    names: words(`
      pickle _pickle cPickle pickletools marshal shelve dbm jsonpickle hickle klepto pandas.io pandas._io
      statsmodels.iolib torch.storage._load_from_bytes yaml ruamel
    `),
  },
  {
    reason: 'reaches attributes and calls whatever it finds there',
    names: words('operator _operator functools _functools itertools'),
  },
  {
    reason: 'reads, writes or deletes files',
    names: words(`
      shutil io _io _pyio tempfile fileinput glob fnmatch zipfile tarfile gzip bz2 lzma zlib mmap filecmp linecache
      logging sqlite3 _sqlite3 csv configparser netrc mailbox pyarrow h5py tables fsspec
    `),
  },
  {
    reason: 'opens connections to other computers',
    names: words(`
      socket _socket ssl _ssl http httplib urllib urllib2 urllib3 urlparse requests httpx aiohttp ftplib smtplib smtpd
      poplib imaplib nntplib telnetlib xmlrpc xmlrpclib socketserver SocketServer select selectors wsgiref websocket
      websockets boto3 botocore google.cloud azure pycurl twisted tornado gevent zmq redis pymongo
    `),
  },
]

/** Names of the built-in module that do more than make data. */
export const DANGEROUS_BUILTINS: ReadonlyMap<string, string> = new Map([
  ...named(
    'can run any Python code',
    'eval exec execfile compile __import__ breakpoint help input raw_input apply',
  ),
  ...named(
    'reaches attributes and calls whatever it finds there',
    'getattr setattr delattr hasattr vars dir globals locals',
  ),
  ...named(
    'reaches attributes and calls whatever it finds there',
    'map filter reduce super classmethod property sorted',
  ),
  ...named('makes a class that brings its own code', 'type __build_class__ staticmethod memoryview'),
  ...named('reads, writes or deletes files', 'open file print'),
  ...named('can run any Python code', 'reload exit quit'),
])

function named(reason: string, names: string): [string, string][] {
  return [...words(names)].map((name) => [name, reason])
}

/** Parts of a name that lead out of the module that is named, or run what they are given, wherever they stand. */
export const DANGEROUS_PARTS: ReadonlySet<string> = words(`
  os sys subprocess builtins posix nt shutil socket importlib pickle eval exec execfile system popen Popen spawn
  check_output check_call getoutput run_command run_code runcode runstring exec_command run_module run_path
  __builtins__ __globals__ __dict__ __class__ __bases__ __mro__ __subclasses__ __getattribute__ __getattr__ __call__
  __import__ __init__ __reduce__ __reduce_ex__ __code__ __func__ __self__ __loader__ __spec__ _load load loads
  load_module load_pickle read_pickle to_pickle load_model unpickle open fromfile memmap DataSource genfromtxt loadtxt
  savetxt save savez query getattr import_module resolve_name find_class func_load Lambda
`)
