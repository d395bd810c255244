@echo off
rem Runs payments-issued in the folder above this one. Takes a command and its options; without one it runs until stopped.
rem JAVA_HOME names a Java 17 or later where the one on the path is not; JAVA_OPTS goes to it. Jars in lib\ are taken in.
rem No line below stands in parentheses: a folder such as "C:\Program Files (x86)" would end them.
setlocal EnableExtensions DisableDelayedExpansion
pushd "%~dp0.." || exit /b 2
set "JAVA=java.exe"
if not defined JAVA_HOME goto run
set "JAVA=%JAVA_HOME:"=%\bin\java.exe"
if exist "%JAVA%" goto run
echo There is no "%JAVA%". Set JAVA_HOME to the folder of a Java 17 or later, or unset it. 1>&2
popd
exit /b 2
:run
"%JAVA%" -version 2>&1 | findstr /r /c:"version .1[7-9]" /c:"version .[2-9][0-9]" > nul
if errorlevel 1 goto old
rem A sync that comes and goes is over before the thorough compiler is of use, which takes half of its processor time.
set "QUICK="
if /i "%~1"=="once" set "QUICK=-XX:TieredStopAtLevel=1"
"%JAVA%" %QUICK% -Dfile.encoding=UTF-8 %JAVA_OPTS% -cp "payments-issued.jar;lib\*" org.paymentsissued.Application %*
set "RESULT=%ERRORLEVEL%"
popd
exit /b %RESULT%
:old
echo "%JAVA%" is not there or is older than Java 17. Set JAVA_HOME to the folder of a Java 17 or later. 1>&2
popd
exit /b 2
