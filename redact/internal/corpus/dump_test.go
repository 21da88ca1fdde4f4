package corpus_test
import ("testing";"os";"strings";"github.com/daxis-io/arco-audit/redact/internal/corpus")
func TestDump(t *testing.T){ f,_:=os.Create("/tmp/redact/legit.txt"); for _,l:=range corpus.New(7).Legit(100){ for _,v:=range l { f.WriteString(strings.ReplaceAll(v,"\n"," ")+"\n") } } ; f.Close() }
