/** Frequent first names of several languages; a word that is also something else (Will, Mark, Rose, Paris) is left out. */
const NAMES = new Set(
  (
    'aaron abdul abdullah adam adrian ahmed aisha albert alejandro alexander alexandra alfred alice alicia alison amanda amelia amy ana anastasia andrea andreas andrew andrzej ' +
    'angela anita ann anna anne annette anthony antoine antonio arthur ashley barbara beatrice benjamin bernard beth betty bianca brandon brenda brian bruno camille carla carlos carmen ' +
    'carol caroline catherine cecilia charles charlotte cheryl chloe christian christina christine christopher claire clara claudia craig cynthia daniel daniela danielle david deborah ' +
    'denise dennis diana diane dieter dmitri dominic donald dorothy douglas edward eleanor elena elizabeth ella ellen emily emma enrique eric erik erika esther ethan eva evelyn fatima ' +
    'felix fernando fiona florian francesca francesco frank françois frederick gabriel gareth gary george gerald giovanni giulia gloria gonzalo gregory guillaume gustavo hannah hans harold ' +
    'harry hassan heather heidi heinrich helen helena henry hiroshi howard hugo ian ibrahim ignacio ingrid irene isabel isabella ivan jacob jacqueline james jane janet javier jean jeffrey ' +
    'jennifer jeremy jessica joan joanna johan johanna johannes john johnny jonas jonathan jorge jose joseph joshua josé juan judith julia julian julie jürgen karen karin karl katarzyna ' +
    'kate katherine kathleen katja keith kelly kenneth kevin khalid klaus kristina krzysztof kumar larry laura lauren lawrence leila leonardo lisa linda lorenzo louise lucas lucia luis luisa lukas ' +
    'magdalena manuel marcel marco marcus margaret maria marie marina mario marta martha martin mary mateo matteo matthew maximilian megan mehmet melanie melissa michael michaela michelle miguel ' +
    'mohamed mohammed monica monika muhammad nadia nancy natalia natalie nathan nicholas nicola nicolas nicole nina nora oliver olivia olga omar oscar pablo pamela patricia patrick paul paula ' +
    'pedro peter petra philip philippe pierre priya rachel rafael rahul raj ralph ramon raymond rebecca renate ricardo richard robert roberto roger ronald ruth ryan sabine samantha samuel ' +
    'sandra sanjay sara sarah scott sebastian sergei sergio sharon simon simone sofia sonia sophia sophie stefan stephanie stephen steven susan susanne svetlana sylvia tanya tatiana teresa ' +
    'theodore theresa thomas timothy tobias uwe valentina vanessa veronica vera vladimir walter wanda werner wilhelm william wolfgang xavier yasmin yolanda yuki yusuf yvonne zoe'
  ).split(' '),
)

/** Whether a word is a frequent first name. */
export function isFirstName(word: string): boolean {
  return NAMES.has(word.toLowerCase())
}
