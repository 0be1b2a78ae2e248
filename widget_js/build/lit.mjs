// Lit as small as this widget can do with: what it never calls is cut out. The version is pinned; another one that
// looks different ends the build, and the browser tests run on what is left.
import { readFile } from "node:fs/promises";

/**
 * What lit has for others, and what stands here instead: directives and what they find their way by, values that
 * ask for nothing to change, values as whole attributes, in comments or in the text of a textarea, lists that are no
 * arrays, templates made beforehand, places to render before, listeners that are no functions, LitElement's wish to
 * be told of connections, polyfills, its own counting, templates of SVG and MathML, sharing with another lit.
 */
const UNUSED = {
  "function M(t,i,s=t,e){if(i===E)return i;let h=void 0!==e?s._$Co?.[e]:s._$Cl;const o=a(i)?void 0:i._$litDirective$;return h?.constructor!==o&&(h?._$AO?.(!1),void 0===o?h=void 0:(h=new o(t),h._$AT(t,s,e)),void 0!==e?(s._$Co??=[])[e]=h:s._$Cl=h),void 0!==h&&(i=M(t,h._$AS(t,i.values),h,e)),i}":
    "",
  "{t=M(this,t,i),a(t)?": "{a(t)?",
  "t=M(this,t,i,0),o=": "o=",
  "r=M(this,e[s+n],i,n),r===E&&(r=this._$AH[n])": "r=e[s+n]",
  "if((t=M(this,t,i,0)??A)===E)return;": "t??=A;",
  "t!==this._$AH&&t!==E&&this._(t)": "t!==this._$AH&&this._(t)",
  "t!==this._$AH&&t!==E,o&&": "t!==this._$AH,o&&",
  'E=Symbol.for("lit-noChange"),': "",
  'Symbol.for("lit-nothing")': "Symbol()",
  'h="$lit$"': 'h="$$"',
  'n="?"+o,r=`<${n}>`': 'n="?lit$$",r="<?lit$$>"',
  "const t=globalThis,i=t=>t,s=t.trustedTypes": "const i=t=>t,s=globalThis.trustedTypes",
  "x=t=>(i,...s)=>({_$litType$:t,strings:i,values:s}),b=x(1)":
    "b=(i,...s)=>({_$litType$:1,strings:i,values:s})",
  "E as noChange,": "",
  '&&"function"!=typeof t,u=': ",u=",
  'd=t=>u(t)||"function"==typeof t?.[Symbol.iterator],': "",
  "d(t)?this.k(t)": "u(t)?this.k(t)",
  '"number"==typeof s?this._$AC(t):(void 0===s.el&&(s.el=S.createElement(V(s.h,s.h[0]),this.options)),s)':
    "this._$AC(t)",
  "{values:i,_$litType$:s}=t,e=": "{values:i}=t,e=",
  "else{let t=-1;for(;-1!==(t=r.data.indexOf(o,t+1));)d.push({type:7,index:l}),t+=o.length-1}": "",
  "get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}": "",
  "get _$AU(){return this._$AM?._$AU??this._$Cv}": "",
  "get parentNode(){let t=this._$AA.parentNode;const i=this._$AM;return void 0!==i&&11===t?.nodeType&&(t=i.parentNode),t}get startNode(){return this._$AA}get endNode(){return this._$AB}":
    "",
  "get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}": "",
  '"!--"===u[1]?c=_:void 0!==u[1]?c=m:void 0!==u[2]': "void 0!==u[2]",
  ":c===_||c===m?c=v": "",
  "_=/-->/g,m=/>/g,": "",
  "o=`lit$${Math.random().toFixed(9).slice(2)}$`": 'o="lit$$"',
  'Error("invalid template strings array")': "Error()",
  'const x=c===p&&t[i+1].startsWith("/>")?" ":"";': "",
  "s.slice(d)+o+x)": "s.slice(d)+o)",
  "s+o+(-2===d?i:x)": 's+o+(-2===d?i:"")',
  "constructor({strings:t,_$litType$:i},e){": "constructor({strings:t,_$litType$:i}){",
  "S.createElement(f,e)": "S.createElement(f)",
  "createElement(t,i){": "createElement(t){",
  "constructor(t,i){this._$AV=[],this._$AN=void 0,this._$AD=t,this._$AM=i}":
    "constructor(t){this._$AV=[],this._$AD=t}",
  "u(t){const": "u(){const",
  "(t?.creationScope??l).importNode": "l.importNode",
  "let i;2===r.type?i=new k(h,h.nextSibling,this,t):1===r.type?i=new r.ctor(h,r.name,r.strings,this,t):6===r.type&&(i=new Z(h,this,t)),this._$AV.push(i)":
    "this._$AV.push(r.ctor?new r.ctor(h,r.name,r.strings):new k(h,h.nextSibling))",
  "{type:1,index:l,name": "{index:l,name",
  "if(r.data===n)d.push({type:2,index:l});": "if(r.data===n)d.push({index:l});",
  "void 0!==s&&(void 0!==s.strings?(s._$AI(t,s,i),i+=s.strings.length-2):s._$AI(t[i]))":
    "void 0!==s.strings?(s._$AI(t,s,i),i+=s.strings.length-2):s._$AI(t[i])",
  "_$AI(t,i=this,s,e){const h": "_$AI(t,i,s){const h",
  "_$AI(t,i=this){t??=A": "_$AI(t){t??=A",
  "(s===A||e)": "s===A",
  "constructor(t,i,s,e){this.type=2,this._$AH=A,this._$AN=void 0,this._$AA=t,this._$AB=i,this._$AM=s,this.options=e,this._$Cv=e?.isConnected??!0}":
    "constructor(t,i){this._$AH=A,this._$AA=t,this._$AB=i}",
  "_$AI(t,i=this){a(t)?": "_$AI(t){a(t)?",
  "const t=new R(e,this),s=t.u(this.options)": "const t=new R(e),s=t.u()",
  "new k(this.O(c()),this.O(c()),this,this.options)": "new k(this.O(c()),this.O(c()))",
  "constructor(t,i,s,e,h){this.type=1,this._$AH=A,this._$AN=void 0,this.element=t,this.name=i,this._$AM=e,this.options=h,":
    "constructor(t,i,s){this._$AH=A,this.element=t,this.name=i,",
  "constructor(){super(...arguments),this.type=3}": "",
  "constructor(){super(...arguments),this.type=4}": "",
  "constructor(t,i,s,e,h){super(t,i,s,e,h),this.type=5}": "",
  "for(this._$AP?.(!1,!0,s);": "for(;",
  "const s=i(t).nextSibling;i(t).remove(),t=s": "const s=t.nextSibling;t.remove(),t=s",
  "o&&!e&&this.j(t)": "o&&this.j(t)",
  "const e=s?.renderBefore??i;let h=e._$litPart$;if(void 0===h){const t=s?.renderBefore??null;e._$litPart$=h=new k(i.insertBefore(c(),t),t,void 0,s??{})}return h._$AI(t),h}":
    "(i._$litPart$??=new k(i.insertBefore(c(),null),null))._$AI(t)}",
  "setConnected(t){void 0===this._$AM&&(this._$Cv=t,this._$AP?.(t))}": "",
  "class Z{constructor(t,i,s){this.element=t,this.type=6,this._$AN=void 0,this._$AM=i,this.options=s}get _$AU(){return this._$AM._$AU}_$AI(t){M(this,t)}}":
    "",
  "||t.capture!==s.capture||t.once!==s.once||t.passive!==s.passive": "",
  '"function"==typeof this._$AH?this._$AH.call(this.options?.host??this.element,t):this._$AH.handleEvent(t)':
    "this._$AH(t)",
  "else t.startsWith(o)&&(d.push({type:6,index:l}),r.removeAttribute(t))": "",
  'if(y.test(r.tagName)){const t=r.textContent.split(o),i=t.length-1;if(i>0){r.textContent=s?s.emptyScript:"";for(let s=0;s<i;s++)r.append(t[s],c()),P.nextNode(),d.push({type:2,index:++l});r.append(t[i],c())}}}':
    "}",
  '(y.test(u[2])&&(n=RegExp("</"+u[2],"g")),c=p)': "c=p",
  'const j={M:h,P:o,A:n,C:1,L:N,R,D:d,V:M,I:k,H,N:L,U:z,B:I,F:Z},B=t.litHtmlPolyfillSupport;B?.(S,k),(t.litHtmlVersions??=[]).push("3.3.3");const D':
    "const D",
  "j as _$LH,": "",
  ",w=x(2),T=x(3)": "",
  "T as mathml,": "",
  ",w as svg": "",
  'l=2===i?"<svg>":3===i?"<math>":""': 'l=""',
  '+(2===i?"</svg>":3===i?"</math>":"")': "",
  ",2===i||3===i){const t=this.el.content.firstChild;t.replaceWith(...t.childNodes)}": "){}",
};

export const lit = {
  name: "lit",
  setup(build) {
    build.onLoad({ filter: /lit-html\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      for (const [unused, instead] of Object.entries(UNUSED)) {
        if (!contents.includes(unused)) throw new Error(`lit has changed, look what stands for ${unused}`);
        contents = contents.replace(unused, instead);
      }
      return { contents, loader: "js" };
    });
  },
};
