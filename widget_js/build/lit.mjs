// Lit as small as this widget can do with: what it never calls is cut out. The version is pinned; another one that
// looks different ends the build, and the browser tests run on what is left.
import { readFile } from "node:fs/promises";

/**
 * What lit has for others, and what stands here instead: directives, values as whole attributes or in the text of
 * a textarea, listeners that are no functions, LitElement's wish to be told of connections, polyfills, its own
 * counting, templates of SVG and MathML.
 */
const UNUSED = {
  "if(i===E)return i;let h=void 0!==e?s._$Co?.[e]:s._$Cl;const o=a(i)?void 0:i._$litDirective$;return h?.constructor!==o&&(h?._$AO?.(!1),void 0===o?h=void 0:(h=new o(t),h._$AT(t,s,e)),void 0!==e?(s._$Co??=[])[e]=h:s._$Cl=h),void 0!==h&&(i=M(t,h._$AS(t,i.values),h,e)),i}":
    "return i}",
  "setConnected(t){void 0===this._$AM&&(this._$Cv=t,this._$AP?.(t))}": "",
  ",this._$Cv=e?.isConnected??!0}": "}",
  "class Z{constructor(t,i,s){this.element=t,this.type=6,this._$AN=void 0,this._$AM=i,this.options=s}get _$AU(){return this._$AM._$AU}_$AI(t){M(this,t)}}":
    "",
  ",F:Z": "",
  "||t.capture!==s.capture||t.once!==s.once||t.passive!==s.passive": "",
  '"function"==typeof this._$AH?this._$AH.call(this.options?.host??this.element,t):this._$AH.handleEvent(t)':
    "this._$AH(t)",
  ":6===r.type&&(i=new Z(h,this,t))": ":0",
  "else t.startsWith(o)&&(d.push({type:6,index:l}),r.removeAttribute(t))": "",
  'if(y.test(r.tagName)){const t=r.textContent.split(o),i=t.length-1;if(i>0){r.textContent=s?s.emptyScript:"";for(let s=0;s<i;s++)r.append(t[s],c()),P.nextNode(),d.push({type:2,index:++l});r.append(t[i],c())}}}':
    "}",
  '(y.test(u[2])&&(n=RegExp("</"+u[2],"g")),c=p)': "c=p",
  ',B=t.litHtmlPolyfillSupport;B?.(S,k),(t.litHtmlVersions??=[]).push("3.3.3")': "",
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
