#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Minter of the tokens that the cases describe, and a strict reference verifier.
Needs python3 with 'cryptography'. Test-only."""
import json,base64,re,os,hmac,hashlib,time
from cryptography.hazmat.primitives import hashes,serialization
from cryptography.hazmat.primitives.asymmetric import ec,rsa,padding,ed25519,utils
from cryptography.exceptions import InvalidSignature
HERE=os.path.dirname(os.path.abspath(__file__))
KEYS=os.path.join(HERE,'cases-keys.json')
b64u=lambda b:base64.urlsafe_b64encode(b).rstrip(b'=').decode()
def unb(s):return base64.urlsafe_b64decode(s+'='*(-len(s)%4))
i2b=lambda i,n=None:i.to_bytes(n or (i.bit_length()+7)//8 or 1,'big')
HS={'256':hashes.SHA256,'384':hashes.SHA384,'512':hashes.SHA512}
CRV={'P-256':(ec.SECP256R1(),32),'P-384':(ec.SECP384R1(),48),'P-521':(ec.SECP521R1(),66)}
N256=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
def gen_keys():
    def r(bits,kid):
        k=rsa.generate_private_key(65537,bits);p=k.private_numbers()
        return dict(kty='RSA',kid=kid,n=b64u(i2b(p.public_numbers.n)),e='AQAB',d=b64u(i2b(p.d)),p=b64u(i2b(p.p)),q=b64u(i2b(p.q)),dp=b64u(i2b(p.dmp1)),dq=b64u(i2b(p.dmq1)),qi=b64u(i2b(p.iqmp)))
    def e(c,kid):
        cv,n=CRV[c];k=ec.generate_private_key(cv);p=k.private_numbers()
        return dict(kty='EC',crv=c,kid=kid,x=b64u(i2b(p.public_numbers.x,n)),y=b64u(i2b(p.public_numbers.y,n)),d=b64u(i2b(p.private_value,n)))
    def ed(kid):
        k=ed25519.Ed25519PrivateKey.generate();R=serialization.Encoding.Raw
        return dict(kty='OKP',crv='Ed25519',kid=kid,x=b64u(k.public_key().public_bytes(R,serialization.PublicFormat.Raw)),d=b64u(k.private_bytes(R,serialization.PrivateFormat.Raw,serialization.NoEncryption())))
    K={'rsaA':r(2048,'rsa-a'),'rsaB':r(2048,'rsa-b'),'rsa1024':r(1024,'rsa-1024'),'ecA':e('P-256','ec-a'),'ecB':e('P-256','ec-b'),'ec384':e('P-384','ec-384'),'ec521':e('P-521','ec-521'),'edA':ed('ed-a'),
       'atkRSA':r(2048,'rsa-a'),'atkEC':e('P-256','ec-a'),'issB_rsa':r(2048,'rsa-a')}
    for n,l in (('hs32',32),('hs_other',32),('hs16',16),('hs64',64)): K[n]=dict(kty='oct',kid=n.replace('_','-'),k=b64u(os.urandom(l)))
    return {'note':'TEST-ONLY keys generated for the authchain security case lists; never use anywhere else','issuer':'https://issuer.test','issuerB':'https://issuer-b.test','audience':'authchain-test','static_token':'itok_'+os.urandom(24).hex(),'keys':K}
def pub(k): return {a:b for a,b in k.items() if a not in('d','p','q','dp','dq','qi')}
def priv(k):
    if k['kty']=='RSA':
        g=lambda f:int.from_bytes(unb(k[f]),'big')
        return rsa.RSAPrivateNumbers(g('p'),g('q'),g('d'),g('dp'),g('dq'),g('qi'),rsa.RSAPublicNumbers(g('e'),g('n'))).private_key()
    if k['kty']=='EC':
        cv,n=CRV[k['crv']];return ec.derive_private_key(int.from_bytes(unb(k['d']),'big'),cv)
    if k['kty']=='OKP': return ed25519.Ed25519PrivateKey.from_private_bytes(unb(k['d']))
def spki(k,fmt='pem'):
    p=priv(k).public_key();E=serialization.Encoding
    if fmt=='pem': return p.public_bytes(E.PEM,serialization.PublicFormat.SubjectPublicKeyInfo)
    if fmt=='pem-nonl': return p.public_bytes(E.PEM,serialization.PublicFormat.SubjectPublicKeyInfo).rstrip(b'\n')
    if fmt=='pkcs1': return p.public_bytes(E.PEM,serialization.PublicFormat.PKCS1)
    if fmt=='der': return p.public_bytes(E.DER,serialization.PublicFormat.SubjectPublicKeyInfo)
    if fmt=='n': return unb(k['n'])
    if fmt=='jwk': return json.dumps(pub(k)).encode()
    if fmt=='point': return b'\x04'+unb(k['x'])+unb(k['y'])
def sign(alg,key,msg,K):
    if alg is None: return b''
    f,h=alg[:2],HS.get(alg[2:])
    if f=='HS':
        if isinstance(key,bytes): kb=key
        else: kb=unb(key['k'])
        return hmac.new(kb,msg,{'256':'sha256','384':'sha384','512':'sha512'}[alg[2:]]).digest()
    p=priv(key)
    if f=='RS': return p.sign(msg,padding.PKCS1v15(),h())
    if f=='PS': return p.sign(msg,padding.PSS(padding.MGF1(h()),h().digest_size),h())
    if f=='ES':
        n=CRV[key['crv']][1];r,s=utils.decode_dss_signature(p.sign(msg,ec.ECDSA(h())));return i2b(r,n)+i2b(s,n)
    if alg=='EdDSA': return p.sign(msg)
def keyref(s,K):
    if s=='': return b''
    if ':' in s: # e.g. pem:rsaA  der:rsaA  jwk:ecA  raw:secret
        f,n=s.split(':',1)
        if f=='raw': return n.encode()
        return spki(K[n],f)
    return K[s]
SUB=re.compile(r'\$\{now([+-]\d+)?(\.\d+)?\}')
def subst(s,now): return SUB.sub(lambda m:str(now+int(m.group(1) or 0))+(m.group(2) or ''),s)
def val(v,now):
    if isinstance(v,str):
        m=re.fullmatch(r'@now([+-]\d+)?',v)
        if m: return now+int(m.group(1) or 0)
        m=re.fullmatch(r'@rep\((.*),(\d+)\)',v)
        if m: return m.group(1)*int(m.group(2))
    if isinstance(v,list): return [val(x,now) for x in v]
    if isinstance(v,dict): return {a:val(b,now) for a,b in v.items()}
    return v
def mint(t,F,now=None):
    """t: {alg,key,h,c,hraw,craw,post}  (see security.md section 2.3)"""
    K=F['keys'];now=now or int(time.time());alg=t.get('alg','RS256')
    kn=t.get('key','rsaA');key=keyref(kn,K)
    kid=key.get('kid') if isinstance(key,dict) else None
    h={'alg':alg or 'none','typ':'JWT'}
    if kid: h['kid']=kid
    for a,b in t.get('h',{}).items():
        if b=='@del': h.pop(a,None)
        elif b=='@pub(atkRSA)': h[a]=pub(K['atkRSA'])
        elif b=='@pub(atkEC)': h[a]=pub(K['atkEC'])
        else: h[a]=val(b,now)
    c={'iss':F['issuer'],'sub':'alice','aud':F['audience'],'iat':now,'exp':now+300,'jti':'j-'+os.urandom(6).hex()}
    for a,b in t.get('c',{}).items():
        if b=='@del': c.pop(a,None)
        else: c[a]=val(b,now)
    hb=(subst(t['hraw'],now).replace('@KID',str(kid)) if 'hraw' in t else json.dumps(h)).encode('utf-8','surrogatepass')
    cb=(subst(t['craw'],now) if 'craw' in t else json.dumps(c)).encode('utf-8','surrogatepass')
    if 'chex' in t: cb=bytes.fromhex(t['chex'])
    if t.get('nest'): 
        o,n=t['nest'];cb=(json.dumps(c)[:-1]+',"z":'+('['*n+']'*n if o=='array' else '{"a":'*n+'1'+'}'*n)+'}').encode()
    enc=b64u
    H,C=enc(hb),enc(cb)
    for op in t.get('pre',[]): # before signing: sender-side non canonical encodings (signature stays valid over them)
        if op=='payload.pad': C+='='*(-len(C)%4 or 0)
        if op=='payload.std': C=C.replace('-','+').replace('_','/')
        if op=='payload.ws': C=C[:4]+' '+C[4:]
        if op=='header.nl': H=H+'\n'
        if op=='payload.trailbits': # flip unused bits of the last char
            al='ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';r=len(C)%4
            assert r in(2,3),r; C=C[:-1]+al[al.index(C[-1])|1]
    msg=(H+'.'+C).encode();sg=sign(alg,key,msg,K) if alg!='none' else b''
    S=enc(sg)
    al='ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for op in t.get('post',[]):
        n=len(sg)//2
        if op=='sig.empty': S=''
        elif op=='sig.flip': b=bytearray(sg);b[len(b)//2]^=1;S=enc(bytes(b))
        elif op=='sig.zero': S=enc(b'\0'*len(sg))
        elif op=='sig.r0s1': S=enc(b'\0'*(len(sg)-1)+b'\1')
        elif op=='sig.rNsN': S=enc(i2b(N256,32)*2)
        elif op=='sig.der': S=enc(utils.encode_dss_signature(int.from_bytes(sg[:n],'big'),int.from_bytes(sg[n:],'big')))
        elif op=='sig.lead0': S=enc(b'\0'+sg)
        elif op=='sig.trail0': S=enc(sg+b'\0')
        elif op=='sig.eclong': S=enc(sg[:n]+b'\0'*8+sg[n:]+b'\0'*8)
        elif op=='sig.negS': S=enc(sg[:n]+i2b(N256-int.from_bytes(sg[n:],'big'),32))
        elif op=='sig.edS+L': L=2**252+27742317777372353535851937790883648493;S=enc(sg[:32]+(int.from_bytes(sg[32:],'little')+L).to_bytes(32,'little'))
        elif op=='sig.trunc': S=enc(sg[:-1])
        elif op=='sig.pad': S=S+'='*(-len(S)%4)
        elif op=='sig.std': S=S.replace('-','+').replace('_','/')
        elif op=='sig.ws': S=S[:8]+' '+S[8:]
        elif op=='sig.nul': S=S[:8]+'\0'+S[8:]
        elif op=='sig.pct': S=S+'%00'
        elif op=='sig.trailbits': assert len(S)%4 in(2,3); S=S[:-1]+al[al.index(S[-1])|1]
        elif op=='sig.huge': S=S+'A'*1000000
        elif op=='swap.payload': d=dict(c);d['sub']='root';C=enc(json.dumps(d).encode())
    tok=H+'.'+C+'.'+S
    for op in t.get('tail',[]):
        if op=='dot': tok+='.'
        elif op=='seg': tok+='.AAAA'
        elif op=='two': tok=H+'.'+C
        elif op=='jwe5': tok=H+'.'+C+'.'+S+'.AAAA.AAAA'
        elif op=='nl': tok+='\n'
        elif op=='lead.ws': tok=' '+tok
        elif op=='flatjson': tok=json.dumps({'payload':C,'protected':H,'signature':S})
        elif op=='concat': tok=tok+tok
        elif op=='empty.payload': tok=H+'..'+S
    return tok
# ---------------- strict reference verifier
BU=re.compile(r'^[A-Za-z0-9_-]*$')
def sb(s):
    if not BU.match(s) or '\n' in s or len(s)%4==1: raise Bad('malformed','b64')
    b=unb(s)
    if b64u(b)!=s: raise Bad('malformed','b64-unused-bits')
    return b
class Bad(Exception):
    def __init__(s,cls,why): s.cls=cls;s.why=why
def jload(b):
    try: s=b.decode('utf-8')
    except UnicodeDecodeError: raise Bad('malformed','utf8')
    def pairs(p):
        d={}
        for k,v in p:
            if k in d: raise Bad('malformed','dup-key')
            d[k]=v
        return d
    def bad(x): raise Bad('malformed','const')
    dep=mx=0;ins=False;esc=False
    for ch in s:
        if ins:
            if esc: esc=False
            elif ch=='\\': esc=True
            elif ch=='"': ins=False
        elif ch=='"': ins=True
        elif ch in'[{': dep+=1;mx=max(mx,dep)
        elif ch in']}': dep-=1
    if mx>32: raise Bad('malformed','depth')
    def fl(x):
        v=float(x)
        if v in(float('inf'),float('-inf')): raise Bad('malformed','overflow')
        return v
    def it(x):
        v=int(x)
        if not -2**63<=v<2**63: raise Bad('malformed','int-range')
        return v
    try: o=json.loads(s,object_pairs_hook=pairs,parse_constant=bad,parse_float=fl,parse_int=it)
    except (ValueError,RecursionError): raise Bad('malformed','json')
    def walk(o):
        if isinstance(o,str):
            if '\0' in o or any(0xD800<=ord(c)<=0xDFFF for c in o): raise Bad('malformed','string')
        elif isinstance(o,list): [walk(x) for x in o]
        elif isinstance(o,dict): [(walk(k),walk(v)) for k,v in o.items()]
    walk(o)
    if not isinstance(o,dict): raise Bad('malformed','not-object')
    return o
ALG={'RS':'RSA','PS':'RSA','ES':'EC','HS':'oct','Ed':'OKP'}
ECC={'ES256':'P-256','ES384':'P-384','ES512':'P-521'}
def verify(tok,keys,algs,iss='https://issuer.test',aud='authchain-test',leeway=60,now=None,skip=(),maxlen=16384,typ=('JWT','at+jwt'),maxttl=None):
    now=now or int(time.time());sk=set(skip)
    if not isinstance(tok,str) or len(tok)>maxlen: raise Bad('malformed','size')
    p=tok.split('.')
    if len(p)!=3 or not all(p[:2]): raise Bad('malformed','segments')
    H,C,S=sb(p[0]),sb(p[1]),sb(p[2]);h=jload(H)
    alg=h.get('alg')
    if not isinstance(alg,str) or alg not in algs: raise Bad('alg','alg')
    if 'crit' in h: raise Bad('crit','crit')
    if 'b64' in h or 'zip' in h or 'enc' in h: raise Bad('crit','hdr')
    kid=h.get('kid')
    if kid is not None and (not isinstance(kid,str) or len(kid)>256): raise Bad('malformed','kid')
    t=h.get('typ')
    if t is not None and (not isinstance(t,str) or t.lower().replace('application/','') not in [x.lower() for x in typ]): raise Bad('claims','typ')
    kids=[k.get('kid') for k in keys if k.get('kid')]
    if kid is not None and kids.count(kid)>1: raise Bad('key','dup-kid')
    cand=[k for k in keys if (kid is None or k.get('kid')==kid)]
    if not cand: raise Bad('key','unknown-kid')
    ok=None;last=None
    for k in cand:
        try: vsig(k,alg,(p[0]+'.'+p[1]).encode(),S); ok=k;break
        except Bad as e: last=last or e
        except InvalidSignature: last=Bad('signature','sig')
    if not ok: raise last
    c=jload(C)
    num=lambda v:isinstance(v,(int,float)) and not isinstance(v,bool)
    if not num(c.get('exp')): raise Bad('claims','exp-type')
    if c['exp']<0 or c['exp']>253402300799: raise Bad('claims','exp-range')
    if now>=c['exp']+leeway: raise Bad('expired','exp')
    for n in('nbf','iat'):
        if n in c:
            if not num(c[n]) or c[n]<0: raise Bad('claims',n+'-type')
            if c[n]>now+leeway: raise Bad('not-yet-valid',n)
    if c.get('iss')!=iss or not isinstance(c.get('iss'),str): raise Bad('claims','iss')
    a=c.get('aud');a=[a] if isinstance(a,str) else a
    if not isinstance(a,list) or not a or not all(isinstance(x,str) for x in a) or aud not in a: raise Bad('claims','aud')
    if not isinstance(c.get('sub'),str) or not c['sub'] or len(c['sub'])>255 or any(ord(x)<32 or ord(x)==127 for x in c['sub']): raise Bad('claims','sub')
    return c
def vsig(k,alg,msg,S):
    f=alg[:2];h=HS.get(alg[2:])
    if k.get('kty')!=ALG.get(f): raise Bad('key','kty')
    if k.get('alg') not in(None,alg): raise Bad('key','key-alg')
    if k.get('use') not in(None,'sig'): raise Bad('key','use')
    if 'key_ops' in k and 'verify' not in k['key_ops']: raise Bad('key','key_ops')
    if f=='HS':
        kb=sb(k['k'])
        if len(kb)<h().digest_size: raise Bad('key','short')
        if not hmac.compare_digest(hmac.new(kb,msg,{'256':'sha256','384':'sha384','512':'sha512'}[alg[2:]]).digest(),S): raise InvalidSignature
        return
    if any(x in k for x in('d','p','q')): raise Bad('key','private')
    if f in('RS','PS'):
        n,e=(int.from_bytes(sb(k[x]),'big') for x in('n','e'))
        if n.bit_length()<2048: raise Bad('key','small')
        if n.bit_length()>8192: raise Bad('key','large')
        if e<3 or e%2==0 or e.bit_length()>64: raise Bad('key','e')
        pk=rsa.RSAPublicNumbers(e,n).public_key()
        if len(S)!=(n.bit_length()+7)//8: raise InvalidSignature
        pk.verify(S,msg,padding.PKCS1v15() if f=='RS' else padding.PSS(padding.MGF1(h()),h().digest_size),h())
    elif f=='ES':
        if k.get('crv')!=ECC[alg]: raise Bad('key','crv')
        cv,n=CRV[k['crv']]
        x,y=sb(k['x']),sb(k['y'])
        if len(x)!=n or len(y)!=n: raise Bad('key','coord')
        try: pk=ec.EllipticCurvePublicNumbers(int.from_bytes(x,'big'),int.from_bytes(y,'big'),cv).public_key()
        except ValueError: raise Bad('key','point')
        if len(S)!=2*n: raise InvalidSignature
        pk.verify(utils.encode_dss_signature(int.from_bytes(S[:n],'big'),int.from_bytes(S[n:],'big')),msg,ec.ECDSA(h()))
    elif alg=='EdDSA':
        if k.get('crv')!='Ed25519': raise Bad('key','crv')
        ed25519.Ed25519PublicKey.from_public_bytes(sb(k['x'])).verify(S,msg)
if __name__=='__main__':
    import sys
    if not os.path.exists(KEYS): json.dump(gen_keys(),open(KEYS,'w'),indent=1); print('generated',KEYS)
    if len(sys.argv)>1: print(mint(json.loads(sys.argv[1]),json.load(open(KEYS))))
