type Explanation = readonly [pattern: RegExp, explain: (found: readonly string[]) => string]

/** What onnxruntime-node 1.30.0 says when it refuses a model, collected by giving it one broken file of each sort. */
const EXPLANATIONS: readonly Explanation[] = [
  [
    /protobuf parsing failed|Model data pointer is null/,
    () => 'the file is damaged, cut short or not an ONNX model',
  ],
  [
    /Opset (\d+) is under development[^]*domain (\S+) is till opset (\d+)/,
    ([version, domain, newest]) =>
      `the model uses opset ${version} of ${domain}; the newest that can be run is ${newest}. Export it again with a lower target_opset`,
  ],
  [
    /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    ([version, newest]) =>
      `the model is written in ONNX IR version ${version}; the newest that can be run is ${newest}`,
  ],
  [/Missing model IR version/, () => 'the model does not say its ONNX IR version; export it again'],
  [/Missing opset in the model/, () => 'the model does not say which opset it uses; export it again'],
  [
    /No Op registered for (\S+) with domain_version of (-?\d+)/,
    ([type, version]) => `operator "${type}" does not exist in the opset that the model uses (${version})`,
  ],
  [
    /error: (\S+):(\S+?)\(-?\d+\) is not a registered function\/op/,
    ([domain, type]) => `operator "${type}" of the domain "${domain}" is not known here`,
  ],
  [
    /Could not find an implementation for (\S+?)\((\d+)\)/,
    ([type, version]) =>
      `operator "${type}" (opset ${version}) cannot be run on this machine's processor with the types the model uses; float32 is the safest`,
  ],
  [
    /Type parameter \(\S+\) of Optype \((\S+)\) bound to different types \((.+?) and (.+?) in node/,
    ([type, one, other]) =>
      `operator "${type}" is given both ${one} and ${other}; all its inputs need one type`,
  ],
  [
    /Type \((.+?)\) of output arg \((.+?)\) of node .* does not match expected type \((.+?)\)\./,
    ([written, name, real]) => `output "${name}" is declared as ${written} but the graph makes ${real}`,
  ],
  [
    /Type '(.+?)' of input parameter \((.+?)\) of operator \((.+?)\)/,
    ([given, name, type]) => `operator "${type}" cannot take ${given}, the type of "${name}"`,
  ],
  [
    /Op \((\S+)\) \[(?:ShapeInferenceError|TypeInferenceError)\] ([^\n]+)/,
    ([type, reason]) => `the sizes or types given to operator "${type}" do not fit together: ${reason}`,
  ],
  [
    /Node input '(.+?)' is not a graph input/,
    ([name]) => `an operator reads "${name}", which nothing in the graph makes`,
  ],
  [/Graph output \((.+?)\) does not exist/, ([name]) => `nothing in the graph makes the output "${name}"`],
  [/not acyclic/, () => 'the graph runs in a circle: an operator needs its own result'],
  [/Duplicate definition of name \((.+?)\)/, ([name]) => `two operators make the same value "${name}"`],
  [
    /Required attribute '(.+?)' is missing/,
    ([name]) => `an operator lacks its attribute "${name}"; export the model again`,
  ],
  [
    /Unrecognized attribute: (\S+) for operator (\S+)/,
    ([name, type]) => `operator "${type}" has no attribute "${name}" in the opset that the model uses`,
  ],
  [
    /schema\(\S*?:(\w+):\d+\) has (input|output) size (\d+) not in range \[min=(\d+), max=(\d+)\]/,
    ([type, what, given, least, most]) =>
      `operator "${type}" has ${given} ${what}s; it takes ${least === most ? least : `${least} to ${most}`}`,
  ],
  [
    /initializer:? '?([^'.\s]+)[^]*External data/i,
    ([name]) => `the data of "${name}" lies in another file; save the model with everything in one file`,
  ],
  [/External data path/, () => 'weights lie in another file; save the model with everything in one file'],
  [
    /Initializer '(.+?)': raw_data size \((\d+) bytes\) does not match expected size[^(]*\((\d+) bytes\)/,
    ([name, given, due]) =>
      `the data of "${name}" has ${given} bytes where its shape needs ${due}; the file is damaged`,
  ],
  [
    /Exception during initialization: (?:\S+\/)?(\w+)\.(?:cc|h):\d+ [^]*? was false\. ?([^]*)/,
    ([file, reason]) =>
      `an operator's attributes contradict each other (${file})${reason?.trim() ? `: ${reason.trim()}` : ''}; export the model again`,
  ],
]

/**
 * Turns the message of a failed `InferenceSession.create` into one clear sentence. A message of an unknown sort is kept
 * in its first line, without the paths of onnxruntime's own source files.
 */
export function explainLoadFailure(message: string): string {
  for (const [pattern, explain] of EXPLANATIONS) {
    const found = pattern.exec(message)
    if (found !== null) return `onnxruntime cannot load the model: ${explain(found.slice(1))}`
  }
  const [line = ''] = message
    .replace(/\/onnxruntime_src\/\S+( [^]*?\) )?/g, '')
    .trim()
    .split('\n')
  return `onnxruntime cannot load the model: ${line === '' ? 'it gave no reason' : line}`
}
