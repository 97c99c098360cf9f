import { bytes, integer, text } from './assemble'

/** A name that runs code, commands or files when Python calls it, and arguments as an attacker would give them. */
export type Gadget = { readonly module: string; readonly name: string; readonly args: readonly string[] }

const MARKER = 'plumbline-hostile-marker'
const COMMAND = text(`touch ${MARKER}`)
const CODE = text(`open('${MARKER}', 'w').write('x')`)
const FILE = text(MARKER)
const URL = text('http://127.0.0.1:9/x')

/** The families that fickling, picklescan, modelscan and the advisories about them list. */
const NAMES: readonly (readonly [args: readonly string[], names: string])[] = [
  [
    [COMMAND],
    `os.system posix.system nt.system os.popen posix.popen os.execv os.spawnlp os.startfile subprocess.Popen
    subprocess.run subprocess.call subprocess.check_output subprocess.check_call subprocess.getoutput
    subprocess.getstatusoutput commands.getoutput popen2.popen3 pty.spawn platform.popen webbrowser.open
    asyncio.create_subprocess_shell asyncio.subprocess.create_subprocess_exec multiprocessing.util.spawnv_passfds
    _posixsubprocess.fork_exec distutils.spawn.spawn setuptools.archive_util.unpack_archive pip.main
    pip._internal.cli.main.main ensurepip._run_pip venv.create idlelib.pyshell.ModifiedInterpreter
    idlelib.run.Executive idlelib.autocomplete.AutoComplete.fetch_completions pydoc.pipepager cgitb.lookup
    lib2to3.pgen2.grammar.Grammar.loads test.support.script_helper.assert_python_ok uu.decode
    multiprocessing.process.BaseProcess concurrent.futures.ProcessPoolExecutor _osx_support._read_output
    _aix_support._read_cmd_output _pyrepl.pager.pipe_pager ctypes.CDLL ctypes.cdll.LoadLibrary numpy.f2py.crackfortran.getlincoef
    numpy.distutils.exec_command.exec_command sh.Command plumbum.local paramiko.SSHClient psutil.Popen signal.signal`,
  ],
  [
    [CODE],
    `builtins.eval builtins.exec builtins.compile builtins.__import__ builtins.getattr builtins.open builtins.globals
    builtins.map builtins.breakpoint builtins.input builtins.type __builtin__.eval __builtin__.execfile
    __builtin__.apply __builtin__.file code.InteractiveInterpreter code.interact codeop.compile_command runpy.run_path
    runpy._run_code importlib.import_module importlib.util.spec_from_file_location imp.load_source
    pkgutil.resolve_name zipimport.zipimporter types.FunctionType types.CodeType types.MethodType timeit.timeit
    timeit.main trace.Trace.run cProfile.run cProfile.runctx profile.run profile.Profile.run bdb.Bdb.run pdb.run
    pdb.Pdb.do_break doctest.debug_script doctest.testfile unittest.main pyximport.install inspect.getattr_static
    sys.modules.get gc.get_objects site.addsitedir sysconfig._init_posix atexit.register threading.Thread
    contextlib.ExitStack py_compile.compile compileall.compile_file rlcompleter.Completer tkinter.Tcl IPython.embed
    jinja2.Template cloudpickle.loads cloudpickle.cloudpickle._make_function dill._dill._create_code dill.loads
    numpy.testing._private.utils.runstring numpy.testing.rundocs joblib.externals.loky.process_executor.ProcessPoolExecutor
    torch.hub.load torch.jit.unsupported_tensor_ops.execWrapper torch.jit.load torch._dynamo.guards.GuardBuilder.get
    torch._inductor.codecache.compile_file torch.utils._config_module.load_config torch.utils.collect_env.run
    torch.utils.bottleneck.__main__.run_cprofile torch.utils.data.datapipes.utils.decoder.basichandlers
    torch.distributed.rpc.api.rpc_sync torch.package.PackageImporter torch.serialization.load torch.load
    torch.utils.cpp_extension.load pandas.core.computation.eval.eval pandas.eval pandas.core.frame.DataFrame.query
    tensorflow.python.eager.def_function.function keras.src.saving.saving_lib.load_model keras.models.load_model
    keras.layers.core.Lambda ast.literal_eval sklearn.externals.os.system numpy.os.system`,
  ],
  [
    [bytes('\x80\x02cposix\nsystem\nX\x05\0\0\0touch\x85R.')],
    `pickle.loads pickle.Unpickler _pickle.loads cPickle.loads pickle.load marshal.loads shelve.open dbm.open jsonpickle.decode
    joblib.load joblib.numpy_pickle.load numpy.load numpy.core.records.fromfile pandas.read_pickle
    pandas.io.pickle.read_pickle statsmodels.iolib.smpickle.load_pickle torch.storage._load_from_bytes yaml.unsafe_load`,
  ],
  [
    [text('os.system'), COMMAND],
    `operator.attrgetter operator.methodcaller operator.itemgetter _operator.attrgetter functools.partial
    functools.reduce functools.partialmethod _functools.partial itertools.starmap`,
  ],
  [
    [FILE, text('w')],
    `shutil.rmtree shutil.copy io.open io.FileIO _io.open io.open_code tempfile.mktemp fileinput.input
    zipfile.ZipFile tarfile.open gzip.open bz2.open lzma.open mmap.mmap linecache.getline linecache.updatecache
    logging.FileHandler logging.config.fileConfig sqlite3.connect codecs.open numpy.savetxt numpy.memmap numpy.fromfile
    numpy.DataSource os.remove os.rename glob.glob filecmp.cmp`,
  ],
  [
    [URL, integer(9)],
    `socket.create_connection socket.socket ssl.wrap_socket http.client.HTTPSConnection http.server.HTTPServer
    httplib.HTTPConnection urllib.request.urlopen urllib2.urlopen urllib3.PoolManager requests.get requests.api.post
    httpx.get aiohttp.ClientSession ftplib.FTP smtplib.SMTP poplib.POP3 imaplib.IMAP4_stream nntplib.NNTP
    telnetlib.Telnet xmlrpc.client.ServerProxy socketserver.TCPServer select.select asyncio.open_connection
    websocket.create_connection boto3.client`,
  ],
]

const MODULES_OF_METHODS: readonly (readonly [path: string, module: string])[] = [
  ['idlelib.autocomplete.AutoComplete.fetch_completions', 'idlelib.autocomplete'],
  ['lib2to3.pgen2.grammar.Grammar.loads', 'lib2to3.pgen2.grammar'],
  ['trace.Trace.run', 'trace'],
  ['profile.Profile.run', 'profile'],
  ['bdb.Bdb.run', 'bdb'],
  ['pdb.Pdb.do_break', 'pdb'],
  ['sys.modules.get', 'sys'],
  ['torch._dynamo.guards.GuardBuilder.get', 'torch._dynamo.guards'],
  ['pandas.core.frame.DataFrame.query', 'pandas.core.frame'],
  ['sklearn.externals.os.system', 'sklearn.externals'],
  ['numpy.os.system', 'numpy'],
  ['ctypes.cdll.LoadLibrary', 'ctypes'],
]

function toGadget(path: string, args: readonly string[]): Gadget {
  const module = MODULES_OF_METHODS.find(([method]) => method === path)?.[1] ?? path.replace(/\.[^.]+$/, '')
  return { module, name: path.slice(module.length + 1), args }
}

export const GADGETS: readonly Gadget[] = NAMES.flatMap(([args, names]) =>
  names
    .trim()
    .split(/\s+/)
    .map((path) => toGadget(path, args)),
)
